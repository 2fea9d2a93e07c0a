-- Sign-in: passwords, sessions, API keys. Revocation is told to every node at once (LISTEN aftercare_auth).

create table person_credential (
    person_id      uuid primary key,
    password_hash  text not null,                     -- argon2id, crypto_pwhash_str of libsodium
    changed_at     timestamptz not null
);
create table session (
    token_hash  text primary key,                     -- hex SHA-256 of the token
    person_id   uuid not null,
    made_at     timestamptz not null,
    expires_at  timestamptz not null
);
create index session_by_person on session (person_id);
create table api_key (
    token_hash  text primary key,
    person_id   uuid not null,
    name        text not null,
    made_at     timestamptz not null,
    made_by     uuid,
    expires_at  timestamptz,
    revoked_at  timestamptz
);
create index api_key_by_person on api_key (person_id);
-- Brute force is slowed by name, on whatever node it is tried.
create table sign_in_failure (
    login     text primary key,
    failures  integer not null,
    last_at   timestamptz not null
);

create function tell_auth_changed() returns trigger language plpgsql as $$
begin
    notify aftercare_auth;
    return null;
end $$;
create trigger session_revoked after delete on session for each statement execute function tell_auth_changed();
create trigger api_key_revoked after update or delete on api_key for each statement execute function tell_auth_changed();
create trigger password_changed after update on person_credential for each statement execute function tell_auth_changed();
