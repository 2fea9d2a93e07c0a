-- P20: versions of documents, requests to change them, numbered copies, loans, lists.

create sequence document_number;
create table document (
    like machine_base including defaults,
    code                       text,
    title                      text not null,
    class                      text not null,
    dept                       text not null,
    edition                    integer not null,
    revision_no                integer not null,
    controlled                 boolean not null,
    effective_on               date,
    form_no                    text,
    issuer                     text,
    change_id                  uuid,
    supersedes_id              uuid,
    large_change               boolean,
    change_summary             text,
    author_id                  uuid,
    submitted_at               timestamptz,
    file_id                    text,
    file_sha256                text,
    file_type                  text,
    reviewed_by                uuid,
    reviewed_at                timestamptz,
    approved_by                uuid,
    approved_at                timestamptz,
    approved_sha256            text,
    return_reason              text,
    decision_reason            text,
    issued_by                  uuid,
    issued_at                  timestamptz,
    training_needed            boolean,
    trained_on                 date,
    training_note              text,
    made_effective_at          timestamptz,
    next_review_on             date,
    review_called              boolean,
    review_result              text,
    review_note                text,
    last_review_on             date,
    last_review_by             uuid,
    check_result               text,
    check_source               text,
    suspend_reason             text,
    obsolete_on                date,
    obsolete_reason            text,
    recalled_at                timestamptz,
    destruction_method         text,
    destroyed_by               uuid,
    witness_id                 uuid,
    disposed_at                timestamptz,
    retain_reason              text,
    primary key (id),
    -- Three people signed, none missing, and what was approved is the file that is kept.
    constraint document_three_signatures check (
        class = 'EX' or state in ('draft', 'in_review', 'pending_approval', 'rejected', 'voided')
        or (author_id is not null and reviewed_by is not null and approved_by is not null
            and author_id <> reviewed_by and author_id <> approved_by and reviewed_by <> approved_by
            and approved_sha256 is not null and approved_sha256 = file_sha256)),
    constraint document_two_destroy check (state <> 'destroyed' or (destroyed_by is not null and witness_id is not null and destroyed_by <> witness_id))
);

create sequence document_change_number;
create table document_change (
    like machine_base including defaults,
    kind                       text not null,
    document_id                uuid,
    class                      text,
    title                      text,
    dept                       text,
    source                     text not null,
    source_number              text,
    change_reason              text not null,
    change_text                text,
    author_id                  uuid,
    decision_reason            text,
    approved_by                uuid,
    approved_at                timestamptz,
    joined_to_id               uuid,
    large_change               boolean,
    primary key (id)
);

create sequence distribution_copy_number;
create table distribution_copy (
    like machine_base including defaults,
    document_id                uuid not null,
    distribution_no            integer not null,
    holder_dept                text not null,
    holder_name                text,
    medium                     text not null,
    kept_at                    text,
    replaces_id                uuid,
    signed_by                  uuid,
    signed_name                text,
    signed_at                  timestamptz,
    announcement               text,
    recalled_at                timestamptz,
    returned_at                timestamptz,
    return_condition           text,
    replace_reason             text,
    loss_text                  text,
    lost_at                    timestamptz,
    primary key (id)
);

create sequence document_loan_number;
create table document_loan (
    like machine_base including defaults,
    document_id                uuid not null,
    purpose                    text not null,
    due_on                     date not null,
    marked_uncontrolled        boolean not null,
    called_back_at             timestamptz,
    returned_at                timestamptz,
    return_condition           text,
    loss_text                  text,
    primary key (id)
);

create sequence document_list_number;
create table document_list (
    like machine_base including defaults,
    kind                       text not null,
    as_of                      date not null,
    documents                  integer not null,
    primary key (id)
);

-- A number belongs to one line of versions, a version has one successor, a change one draft.
create unique index document_version on document (code, edition, revision_no) where code is not null and state not in ('voided', 'rejected');
create unique index document_successor on document (supersedes_id) where supersedes_id is not null and state not in ('voided', 'rejected');
create unique index document_of_change on document (change_id) where change_id is not null and state not in ('voided', 'rejected');
create index document_in_force on document (class, code) where state in ('effective', 'under_change', 'suspended');
create index document_waiting on document (effective_on) where state = 'issued';
create index document_open_assignee on document (assignee_id) where closed_at is null;
create index document_due on document (due_at) where closed_at is null and due_at is not null;
create index document_code on document (code text_pattern_ops) where code is not null;
create index document_title on document (title text_pattern_ops);
create index document_form on document (form_no text_pattern_ops) where form_no is not null;
create index document_change_document on document_change (document_id) where document_id is not null and closed_at is null;
create index document_change_source on document_change (source_number) where source_number is not null;
create index document_change_open_assignee on document_change (assignee_id) where closed_at is null;
create index document_change_due on document_change (due_at) where closed_at is null and due_at is not null;
create unique index distribution_copy_no on distribution_copy (document_id, distribution_no);
create index distribution_copy_open_assignee on distribution_copy (assignee_id) where closed_at is null;
create index distribution_copy_outlet on distribution_copy (outlet_id) where outlet_id is not null;
create index distribution_copy_due on distribution_copy (due_at) where closed_at is null and due_at is not null;
create index document_loan_document on document_loan (document_id);
create index document_loan_open_assignee on document_loan (assignee_id) where closed_at is null;
create index document_loan_due on document_loan (due_at) where closed_at is null and due_at is not null;

-- Whose turn it is when it is the document controller's.
create function document_controller() returns uuid language plpgsql stable as $$
begin
    return (select p.id from person p where p.state = 'active' and 'document_controller' = any(p.roles) order by p.id limit 1);
end $$;

create function distribution_next(document uuid) returns integer language plpgsql stable as $$
begin
    return (select coalesce(max(c.distribution_no), 0) + 1 from distribution_copy c where c.document_id = distribution_next.document);
end $$;

-- The training that the issue opened was held, or somebody says how else it was taught.
create function document_trained(document uuid, needed boolean, trained_on date) returns boolean language plpgsql stable as $$
begin
    return document_trained.needed is not true
        or document_trained.trained_on is not null
        or exists (select from link l join training_event t on t.id = l.to_id
                    where l.from_id = document_trained.document and l.to_machine = 'training_event' and t.held_on is not null and t.state <> 'cancelled');
end $$;

-- Whether a request (other than `ended`) keeps the document among those that are being changed.
create function document_is_changing(document uuid, ended uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from document_change c
                    where c.document_id = document_is_changing.document and c.closed_at is null and c.id is distinct from document_is_changing.ended
                      and (c.state in ('approved', 'drafting') or c.source = 'review'));
end $$;

-- The version that took the place of one that is no longer in force; null while it is, or when there is none.
create function document_successor(document uuid) returns uuid language plpgsql stable as $$
begin
    return (select s.id
              from document d join document s on s.supersedes_id = d.id and s.state not in ('voided', 'rejected')
             where d.id = document_successor.document
               and d.state in ('superseded', 'obsolete_recalling', 'destroyed', 'retained')
             limit 1);
end $$;

-- Who approved a version approves its change; whoever has the role does while that person is away, has left or has it no more.
create function document_approver_decides(document uuid, who uuid, at timestamptz) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from document d join person p on p.id = d.approved_by
         where d.id = document_approver_decides.document
           and (p.id = document_approver_decides.who
                or p.state <> 'active'
                or not p.roles && case d.class when 'L3' then '{deputy_gm,general_manager}' when 'L4' then '{service_manager,deputy_gm}' else '{general_manager}' end::text[]
                or exists (select from absence a where a.person_id = p.id and a.closed_at is null
                              and a.from_at <= document_approver_decides.at and a.to_at > document_approver_decides.at)
                or exists (select from delegation g where g.holder_id = p.id and g.stand_in_id = document_approver_decides.who and g.state = 'active'
                              and g.from_at <= document_approver_decides.at and g.to_at > document_approver_decides.at)));
end $$;

create function documents_in_force(external boolean) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'id', d.id, 'number', d.number, 'code', d.code, 'title', d.title, 'class', d.class, 'dept', d.dept, 'edition', d.edition,
                   'revision_no', d.revision_no, 'state', d.state, 'effective_on', d.effective_on, 'issuer', d.issuer,
                   'prepared', a.name, 'reviewed', r.name, 'approved', p.name, 'next_review_on', d.next_review_on,
                   'copies', (select count(*) from distribution_copy c where c.document_id = d.id and c.state in ('issued', 'held', 'recalling')))
                   order by d.class, d.code), '[]')
          from document d
          left join person a on a.id = d.author_id
          left join person r on r.id = d.reviewed_by
          left join person p on p.id = d.approved_by
         where d.state in ('effective', 'under_change', 'suspended')
           and (d.class = 'EX') = documents_in_force.external);
end $$;

create function document_missing_copies(document uuid) returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object('distribution_no', c.distribution_no, 'state', c.state, 'loss_text', c.loss_text,
                                                         'holder', coalesce(p.name, c.holder_name, o.name, d.name, c.holder_dept)) order by c.distribution_no), '[]')
              from distribution_copy c
              left join person p on p.id = c.assignee_id
              left join outlet o on o.id = c.outlet_id
              left join department d on d.code = c.holder_dept and d.closed_at is null
             where c.document_id = document_missing_copies.document
               and c.state in ('issued', 'held', 'recalling', 'lost'));
end $$;

create function document_copies_back(document uuid) returns jsonb language plpgsql stable as $$
begin
    return (select jsonb_build_object('copies_issued', count(*), 'copies_back', count(*) filter (where c.state in ('returned', 'replaced')),
                                      'copies_missing', document_missing_copies(document_copies_back.document))
              from distribution_copy c
             where c.document_id = document_copies_back.document);
end $$;

-- The lists as they are now: what is in force, what is on its way, what is being recalled and which copies are missing.
create function document_register() returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'controlled', documents_in_force(false),
        'external', documents_in_force(true),
        'coming', (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'number', d.number, 'code', d.code, 'title', d.title, 'state', d.state,
                                                                'edition', d.edition, 'revision_no', d.revision_no, 'effective_on', d.effective_on)
                                             order by d.code, d.number), '[]')
                     from document d
                    where d.state in ('draft', 'in_review', 'pending_approval', 'approved', 'issued')),
        'obsolete', (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'number', d.number, 'code', d.code, 'title', d.title, 'state', d.state,
                                                                  'edition', d.edition, 'revision_no', d.revision_no, 'obsolete_on', d.obsolete_on)
                                                || document_copies_back(d.id) order by d.code, d.number), '[]')
                       from document d
                      where d.state in ('superseded', 'obsolete_recalling')));
end $$;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P20_SIGN', null, 5, null, 'working_days', 'designed', 'Review or approval of a document', '文件审核核准'),
    ('T_P20_DISTRIBUTE', null, 3, null, 'working_days', 'designed', 'Distribution after the approval: issued and signed for', '批准后发放签收'),
    ('T_P20_EFFECTIVE', null, 1, null, 'days', 'designed', 'End of the day on which a document comes into force', '文件实施日'),
    ('T_P20_REVIEW', null, 1, null, 'days', 'designed', 'End of the day by which a document is looked at again', '文件评审(查新)日'),
    ('T_P20_CALL', null, 1, null, 'working_days', 'designed', 'Recall of obsolete copies begun', '作废文件回收启动'),
    ('T_P20_RECALL', null, 5, null, 'working_days', 'designed', 'All obsolete copies back', '作废文件收回'),
    ('T_P20_LOAN', null, 1, null, 'days', 'designed', 'End of the day by which a lent document is back', '借阅归还日'),
    ('T_P20_SCREEN', null, 3, null, 'working_days', 'designed', 'Change request: document and author named', '更改申请受理'),
    ('T_P20_CHANGE_APPROVE', null, 5, null, 'working_days', 'designed', 'Change request: decision', '更改申请审批'),
    ('T_P20_CHANGE', null, 60, null, 'days', 'designed', 'Approved change in force', '更改实施'),
    ('N_P20_REVIEW_MONTHS', null, null, 12, 'number', 'designed', 'Months after which a document is reviewed', '文件评审周期(月)'),
    ('N_P20_EXTERNAL_MONTHS', null, null, 6, 'number', 'designed', 'Months after which an external document is checked', '外来文件查新周期(月)'),
    ('N_P20_REVIEW_AHEAD', null, null, 30, 'number', 'designed', 'Days before a review at which it is called for', '评审提前提醒天数'),
    ('N_P20_REVISIONS', null, null, 5, 'number', 'designed', 'Revisions after which a new edition follows', '换版前修订次数'),
    ('N_P20_LOAN_DAYS', null, null, 7, 'number', 'designed', 'Days for which a document is lent at most', '借阅天数上限');

-- What waited for this procedure was written before its inputs were named.
update link l
   set inputs = jsonb_strip_nulls((l.inputs - 'reason') || jsonb_build_object('change_reason', coalesce(nullif(left(l.inputs ->> 'reason', 2000), ''), n.number))),
       tries = 0,
       tried_at = null
  from entity n
 where n.id = l.from_id
   and l.to_machine = 'document_change'
   and l.state = 'waiting';
