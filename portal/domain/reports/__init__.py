"""What became of a shop's after-sales: counted by day, summed over any period."""
