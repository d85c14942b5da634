"""What is asked of Shopify's Admin API. No question may cost more than 1,000 points: an object is one, a connection
its nodes as often as are asked for."""

from __future__ import annotations

LINES, MORE_LINES, LISTED, MOST_LISTED, DETAILED, UNITS = 20, 30, 20, 150, 3, 50

_SHOP_MONEY = "{ shopMoney { amount currencyCode } }"
_BOTH_MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"

_LINE = f"""fragment LineFacts on LineItem {{
  id sku title variantTitle quantity currentQuantity requiresShipping isGiftCard
  image {{ url }}
  product {{ onlineStoreUrl }}
  variant {{ id }}
  originalUnitPriceSet {_SHOP_MONEY}
  taxLines(first: 6) {{ priceSet {_SHOP_MONEY} }}
  discountAllocations {{ allocatedAmountSet {_SHOP_MONEY} discountApplication {{ index }} }}
}}"""

_TRANSACTION = f"""fragment TransactionFacts on OrderTransaction {{
  id kind status gateway manualPaymentGateway authorizationCode createdAt processedAt
  amountSet {_BOTH_MONEY}
  parentTransaction {{ id }}
}}"""

ORDER = f"""query OrderFacts($id: ID!) {{
  order(id: $id) {{
    id name createdAt processedAt updatedAt cancelledAt taxesIncluded currencyCode presentmentCurrencyCode test
    displayFinancialStatus displayFulfillmentStatus paymentGatewayNames email phone customerLocale
    customer {{
      id firstName lastName defaultEmailAddress {{ emailAddress }} defaultPhoneNumber {{ phoneNumber }}
    }}
    shippingAddress {{
      name firstName lastName company phone address1 address2 city province zip countryCodeV2
    }}
    totalPriceSet {_BOTH_MONEY}
    totalDiscountsSet {_SHOP_MONEY}
    totalTipReceivedSet {_SHOP_MONEY}
    originalTotalDutiesSet {_SHOP_MONEY}
    originalTotalAdditionalFeesSet {_SHOP_MONEY}
    taxLines {{ priceSet {_SHOP_MONEY} }}
    lineItems(first: {LINES}) {{ nodes {{ ...LineFacts }} pageInfo {{ hasNextPage endCursor }} }}
    shippingLines(first: 5, includeRemovals: true) {{
      nodes {{
        isRemoved
        originalPriceSet {_SHOP_MONEY}
        discountedPriceSet {_SHOP_MONEY}
        taxLines {{ priceSet {_SHOP_MONEY} }}
        discountAllocations {{ allocatedAmountSet {_SHOP_MONEY} discountApplication {{ index }} }}
      }}
    }}
    discountApplications(first: 20) {{
      nodes {{
        __typename index targetType
        ... on DiscountCodeApplication {{ code }}
        ... on AutomaticDiscountApplication {{ title }}
        ... on ManualDiscountApplication {{ title }}
      }}
    }}
    transactions(first: {LISTED}) {{ ...TransactionFacts }}
    fulfillments(first: {LISTED}) {{ id }}
    refunds(first: {LISTED}) {{ id }}
  }}
}}
{_LINE}
{_TRANSACTION}"""

MORE_OF_ORDER = f"""query MoreOfOrder($id: ID!) {{
  order(id: $id) {{
    transactions(first: 100) {{ ...TransactionFacts }}
    fulfillments(first: {MOST_LISTED}) {{ id }}
    refunds(first: {MOST_LISTED}) {{ id }}
  }}
}}
{_TRANSACTION}"""

LINES_OF_ORDER = f"""query LinesOfOrder($id: ID!, $after: String) {{
  order(id: $id) {{
    lineItems(first: {MORE_LINES}, after: $after) {{ nodes {{ ...LineFacts }} pageInfo {{ hasNextPage endCursor }} }}
  }}
}}
{_LINE}"""

PARTS = f"""query Parts($ids: [ID!]!) {{
  nodes(ids: $ids) {{
    ... on Refund {{
      id note refundedAt: createdAt
      refundLineItems(first: {UNITS}) {{
        nodes {{ quantity lineItem {{ id }} }} pageInfo {{ hasNextPage endCursor }}
      }}
      transactions(first: 5) {{ nodes {{ ...TransactionFacts }} }}
    }}
    ... on Fulfillment {{
      id status displayStatus createdAt updatedAt deliveredAt
      trackingInfo(first: 1) {{ company number }}
      fulfillmentLineItems(first: {UNITS}) {{
        nodes {{ quantity lineItem {{ id }} }} pageInfo {{ hasNextPage endCursor }}
      }}
    }}
  }}
}}
{_TRANSACTION}"""

UNITS_OF_REFUND = """query UnitsOfRefund($id: ID!, $after: String) {
  node(id: $id) { ... on Refund {
    refundLineItems(first: 200, after: $after) {
      nodes { quantity lineItem { id } } pageInfo { hasNextPage endCursor }
    }
  } }
}"""

UNITS_OF_PARCEL = """query UnitsOfParcel($id: ID!, $after: String) {
  node(id: $id) { ... on Fulfillment {
    fulfillmentLineItems(first: 200, after: $after) {
      nodes { quantity lineItem { id } } pageInfo { hasNextPage endCursor }
    }
  } }
}"""

ORDERS = """query Orders($after: String, $query: String, $first: Int!) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id name updatedAt } pageInfo { hasNextPage endCursor }
  }
}"""

PRODUCTS = """query Products($after: String, $query: String) {
  productVariants(first: 100, after: $after, query: $query) {
    nodes {
      id sku title price inventoryQuantity availableForSale updatedAt
      product { id title status onlineStoreUrl }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""

SHOP = """query Shop {
  shop { name myshopifyDomain currencyCode }
  currentAppInstallation { accessScopes { handle } }
}"""

REFUNDABLE = f"""query Refundable($id: ID!, $after: String) {{
  order(id: $id) {{
    id note currencyCode presentmentCurrencyCode
    lineItems(first: 100, after: $after) {{
      nodes {{ id refundableQuantity unfulfilledQuantity }} pageInfo {{ hasNextPage endCursor }}
    }}
    transactions(first: 60) {{ ...TransactionFacts }}
    refunds(first: {MOST_LISTED}) {{ id note }}
  }}
}}
{_TRANSACTION}"""

REFUNDS_SINCE = f"""query RefundsSince($after: String, $query: String) {{
  orders(first: 8, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{
      id
      refunds(first: 6) {{
        id note createdAt
        transactions(first: 2) {{ nodes {{ ...TransactionFacts }} }}
      }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
{_TRANSACTION}"""

REFUND = f"""mutation Refund($input: RefundInput!, $key: String!) {{
  refundCreate(input: $input) @idempotent(key: $key) {{
    refund {{
      id note createdAt
      transactions(first: 5) {{ nodes {{ ...TransactionFacts }} }}
    }}
    userErrors {{ field message }}
  }}
}}
{_TRANSACTION}"""

STANDING = """query Standing($id: ID!) {
  order(id: $id) { id note cancelledAt refunds(first: 150) { id note } }
}"""

CANCEL = """mutation Cancel($id: ID!, $reason: OrderCancelReason!, $note: String) {
  orderCancel(orderId: $id, reason: $reason, refund: false, restock: true, notifyCustomer: false, staffNote: $note) {
    job { id done }
    orderCancelUserErrors { field message code }
  }
}"""

JOB = "query Job($id: ID!) { job(id: $id) { id done } }"

NOTE = """mutation Note($input: OrderInput!) {
  orderUpdate(input: $input) { order { id } userErrors { field message } }
}"""

TAG = """mutation Tag($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } }
}"""

_DISPOSALS = """id status
      returnLineItems(first: 20) { nodes { ... on ReturnLineItem { id quantity returnReasonNote } } }
      reverseFulfillmentOrders(first: 3) { nodes { lineItems(first: 20) {
        nodes { id totalQuantity fulfillmentLineItem { lineItem { id } } dispositions { quantity } } } } }"""

RETURNS = """query Returns($id: ID!) {
  order(id: $id) {
    returns(first: 20) { nodes { id status returnLineItems(first: 20) {
      nodes { ... on ReturnLineItem { id quantity returnReasonNote } }
    } } }
  }
}"""

ONE_RETURN = f"query OneReturn($id: ID!) {{ node(id: $id) {{ ... on Return {{ {_DISPOSALS} }} }} }}"

RETURNABLE = """query Returnable($id: ID!) {
  order(id: $id) {
    fulfillments(first: 10) {
      id status location { id }
      fulfillmentLineItems(first: 20) { nodes { id quantity lineItem { id refundableQuantity unfulfilledQuantity } } }
    }
  }
}"""

REFUNDED_UNITS = """query RefundedUnits($id: ID!) {
  order(id: $id) {
    refunds(first: 20) { id note refundLineItems(first: 20) { nodes { quantity lineItem { id } } } }
  }
}"""

RETURN = f"""mutation Return($input: ReturnInput!) {{
  returnCreate(returnInput: $input) {{ return {{ {_DISPOSALS} }} userErrors {{ field message code }} }}
}}"""

DISPOSE = """mutation Dispose($inputs: [ReverseFulfillmentOrderDisposeInput!]!) {
  reverseFulfillmentOrderDispose(dispositionInputs: $inputs) {
    reverseFulfillmentOrderLineItems { id } userErrors { field message code }
  }
}"""

CLOSE_RETURN = """mutation CloseReturn($id: ID!) {
  returnClose(id: $id) { return { id status } userErrors { field message code } }
}"""
