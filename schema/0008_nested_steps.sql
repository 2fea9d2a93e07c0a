-- What steps inside a step need: ids made where the rows are, and a way to run the whole again.

-- UUID version 7: the first 48 bits are milliseconds, so that keys made together lie together.
create function uuid7(at timestamptz) returns uuid language sql volatile parallel safe as $$
    select encode(
               set_byte(
                   overlay(uuid_send(gen_random_uuid())
                           placing substring(int8send(floor(extract(epoch from at) * 1000)::bigint) from 3)
                           from 1 for 6),
                   6, 112 + get_byte(uuid_send(gen_random_uuid()), 6) % 16),
               'hex')::uuid
$$;

-- A nested step's row moved between the locks and the statement: nothing may stand, the lane runs it again.
create function raise_raced() returns text language plpgsql as $$
begin
    raise exception 'a step inside the step has raced' using errcode = 'serialization_failure';
end $$;
