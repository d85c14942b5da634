-- Roles of the portal, said once by a superuser of PostgreSQL 15 or later:
--   PORTAL_OWNER_PASSWORD=… PORTAL_DATABASE_PASSWORD=… psql -d postgres -f deploy/roles.sql
-- `portal_owner` owns the tables and runs `portal db upgrade`, nothing else. `portal` is who serve and worker are: it reads and writes rows;
-- it owns nothing, so it can neither drop nor disable the triggers that keep the audit trail as it is, nor empty a table at once.
\set ON_ERROR_STOP on
\getenv owner_password PORTAL_OWNER_PASSWORD
\getenv password PORTAL_DATABASE_PASSWORD
CREATE ROLE portal_owner LOGIN PASSWORD :'owner_password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE portal LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE portal OWNER portal_owner TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE portal TO portal;
-- A form that waits for another's lock says so in time, and what was forgotten open does not hold back the tables' care.
ALTER ROLE portal SET idle_in_transaction_session_timeout = '5min';
\connect portal
ALTER SCHEMA public OWNER TO portal_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO portal;
