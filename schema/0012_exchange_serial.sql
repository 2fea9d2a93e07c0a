-- A unit that was exchanged keeps its place in the customer's file under the new serial number; the old ones stay known.
alter table equipment add column former_serials text[];
create index equipment_former_serials on equipment using gin (former_serials);
