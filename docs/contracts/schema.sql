create schema inventory;

create sequence inventory.mt_events_sequence as bigint start 1 increment 1 minvalue 1 maxvalue 9223372036854775807 cache 1;

create sequence inventory.wolverine_node_records_id_seq as integer start 1 increment 1 minvalue 1 maxvalue 2147483647 cache 1;

create sequence inventory.wolverine_nodes_node_number_seq as integer start 1 increment 1 minvalue 1 maxvalue 2147483647 cache 1;

create table inventory.activity (
  id uuid not null,
  at timestamp with time zone not null,
  by text not null,
  method text not null,
  path text not null,
  correlation_id text not null,
  status integer,
  kind text,
  subject text,
  reason text,
  before jsonb,
  after jsonb
);

create table inventory.alert (
  kind text not null,
  subject text not null,
  severity text not null,
  detail text not null,
  sku text,
  location text,
  channel text,
  rule text,
  raised_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  seen_at timestamp with time zone,
  acknowledged jsonb
);

create table inventory.alert_past (
  kind text not null,
  subject text not null,
  raised_at timestamp with time zone not null,
  resolved_at timestamp with time zone not null,
  severity text not null
);

create table inventory.audit_checkpoint (
  number bigint not null,
  at timestamp with time zone not null,
  round bigint not null,
  streams bigint not null,
  events bigint not null,
  root bytea not null,
  previous bytea not null,
  key text not null,
  signature bytea not null
);

create table inventory.audit_checkpoint_acknowledged (
  target text not null,
  number bigint not null
);

create table inventory.audit_key (
  id integer not null,
  private_key text not null
);

create table inventory.audit_rebuild (
  id uuid not null,
  state text not null,
  asked_at timestamp with time zone not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  by text not null,
  sku text,
  location text,
  checked bigint,
  rebuilt bigint,
  first text[],
  error text
);

create table inventory.audit_repair (
  number bigint not null,
  at timestamp with time zone not null,
  by text not null,
  correlation_id text not null,
  kind text not null,
  round bigint,
  stream text,
  versions bigint[],
  sequences bigint[],
  corrected bigint
);

create table inventory.channel_drift (
  channel text not null,
  sku text not null,
  at timestamp with time zone not null,
  believed numeric,
  shows numeric not null
);

create table inventory.channel_location (
  channel text not null,
  location text not null,
  theirs text not null,
  by text
);

create table inventory.channel_mapping (
  channel text not null,
  sku text not null,
  theirs text not null,
  by text
);

create table inventory.channel_order (
  channel text not null,
  order_id text not null,
  changes bigint not null,
  state text,
  pickup text,
  collect_by timestamp with time zone
);

create table inventory.channel_order_message (
  channel text not null,
  order_id text not null,
  id text not null,
  type text not null,
  occurred_at timestamp with time zone,
  reservation text,
  lines jsonb,
  content text not null,
  recorded_at timestamp with time zone not null,
  state text,
  answer jsonb,
  is_standing boolean,
  more jsonb,
  arrival bigint,
  by text
);

create table inventory.channel_oversell (
  channel text not null,
  order_id text not null,
  sku text not null,
  at timestamp with time zone not null,
  evidence jsonb not null,
  open boolean not null,
  missing numeric,
  priority integer
);

create table inventory.console_session (
  id bytea not null,
  name text not null,
  roles text[] not null,
  channels text[] not null,
  locations text[] not null,
  sources text[] not null,
  key text,
  fingerprint bytea not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone
);

create table inventory.console_view (
  id text not null,
  page text not null,
  query text not null,
  title text not null,
  owner text not null,
  shared boolean not null,
  version bigint not null,
  updated_at timestamp with time zone not null
);

create table inventory.discarded_message (
  id uuid not null,
  reason text not null,
  by text not null,
  at timestamp with time zone not null
);

create table inventory.document_file (
  id uuid not null,
  format text not null,
  source text,
  received_at timestamp with time zone not null,
  by text not null,
  correlation_id text not null,
  sequence bigint
);

create table inventory.document_revision (
  source text not null,
  kind text not null,
  number text not null,
  revision bigint
);

create table inventory.document_source (
  source text not null,
  settings jsonb not null,
  version integer not null,
  by text not null
);

create table inventory.event_archive (
  stream character varying not null,
  version bigint not null,
  sequences bigint[] not null,
  ids uuid[] not null,
  types character varying[] not null,
  timestamps timestamp with time zone[] not null,
  correlations character varying[] not null,
  users character varying[] not null default '{}'::character varying[],
  data jsonb[] not null
);

create table inventory.event_archive_progress (
  id integer not null,
  recorded_before timestamp with time zone not null,
  stream character varying
);

create table inventory.event_chain (
  stream text not null,
  version bigint not null,
  round bigint not null,
  hashes bytea not null
);

create table inventory.event_chain_progress (
  id integer not null,
  settled bigint not null,
  round bigint not null
);

create table inventory.event_chain_replaced (
  stream text not null,
  version bigint not null,
  replaced_in bigint not null,
  round bigint not null,
  hashes bytea not null
);

create table inventory.fenced_use (
  sku text not null,
  version bigint not null,
  units jsonb not null
);

create table inventory.held_document (
  entry uuid not null,
  content bytea not null
);

create table inventory.known_sku (
  sku text not null,
  by text
);

create table inventory.measurement (
  name text not null,
  value bigint not null,
  measured_at timestamp with time zone not null
);

create table inventory.mt_doc_channel (
  id character varying not null,
  data jsonb not null,
  mt_last_modified timestamp with time zone default transaction_timestamp(),
  mt_dotnet_type character varying,
  mt_version integer not null default 0
);

create table inventory.mt_doc_deadletterevent (
  id uuid not null,
  data jsonb not null,
  mt_last_modified timestamp with time zone default transaction_timestamp(),
  mt_version uuid not null default (md5(((random())::text || (clock_timestamp())::text)))::uuid,
  mt_dotnet_type character varying
);

create table inventory.mt_doc_envelope (
  id uuid not null,
  data jsonb not null,
  mt_last_modified timestamp with time zone default transaction_timestamp(),
  mt_version uuid not null default (md5(((random())::text || (clock_timestamp())::text)))::uuid,
  mt_dotnet_type character varying
);

create table inventory.mt_doc_location (
  id character varying not null,
  data jsonb not null,
  mt_last_modified timestamp with time zone default transaction_timestamp(),
  mt_dotnet_type character varying,
  mt_version integer not null default 0
);

create table inventory.mt_doc_policydocument (
  id character varying not null,
  data jsonb not null,
  mt_last_modified timestamp with time zone default transaction_timestamp(),
  mt_dotnet_type character varying,
  mt_version integer not null default 0
);

create table inventory.mt_event_progression (
  name character varying not null,
  last_seq_id bigint,
  last_updated timestamp with time zone default transaction_timestamp(),
  mode character varying default 'none'::character varying,
  rebuild_threshold integer default 0,
  assigned_node integer default 0,
  heartbeat timestamp with time zone,
  agent_status character varying(20),
  pause_reason text,
  running_on_node integer,
  warning_behind_threshold bigint,
  critical_behind_threshold bigint,
  failure_category character varying(50),
  failure_event_sequence bigint,
  failure_event_type character varying(500),
  failure_event_tenant_id character varying(500)
);

create table inventory.mt_event_projection_floors (
  name character varying not null,
  tenant_id character varying not null,
  floor bigint not null,
  last_updated timestamp with time zone default transaction_timestamp()
);

create table inventory.mt_events (
  seq_id bigint not null,
  id uuid not null,
  stream_id character varying,
  version bigint not null,
  data jsonb not null,
  bdata bytea,
  type character varying(500) not null,
  "timestamp" timestamp with time zone not null default 'when it was migrated'::timestamp with time zone,
  tenant_id character varying default '*DEFAULT*'::character varying,
  mt_dotnet_type character varying,
  correlation_id character varying,
  user_name character varying,
  is_archived boolean default false
);

create table inventory.mt_high_water_skips (
  ending_sequence bigint not null,
  starting_sequence bigint not null,
  "timestamp" timestamp with time zone default transaction_timestamp()
);

create table inventory.mt_streams (
  id character varying not null,
  type character varying,
  version bigint,
  "timestamp" timestamp with time zone not null default now(),
  created timestamp with time zone not null default now(),
  tenant_id character varying default '*DEFAULT*'::character varying,
  compacted_version bigint not null default 0,
  is_archived boolean default false
);

create table inventory.operations_sample (
  name text not null,
  labels text not null,
  seconds integer not null,
  at timestamp with time zone not null,
  value numeric not null,
  highest numeric not null,
  minutes integer not null default 1
);

create table inventory.position (
  sku text not null,
  location text not null,
  version bigint not null,
  on_hand numeric not null,
  unsellable numeric not null,
  reserved numeric not null,
  in_transit numeric not null,
  counted_at timestamp with time zone,
  newest_movement_at timestamp with time zone,
  newest_status_at timestamp with time zone,
  newest_document_at timestamp with time zone,
  recorded_at timestamp with time zone not null,
  detail jsonb
);

create table inventory.position_balance (
  stream text not null,
  version bigint not null,
  after bigint not null,
  next bigint not null,
  recorded_until timestamp with time zone not null,
  occurred_until timestamp with time zone not null,
  recorded_from timestamp with time zone not null,
  counts_from timestamp with time zone not null,
  overtaken boolean not null default false,
  state jsonb not null
);

create table inventory.promise_change (
  sequence bigint not null,
  channel text not null,
  reservation text not null,
  of_order text,
  at_risk jsonb not null,
  is_open boolean not null,
  at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  attempts integer not null,
  sent_at timestamp with time zone,
  acknowledged_at timestamp with time zone,
  error text,
  dead_at timestamp with time zone
);

create table inventory.publication (
  channel text not null,
  sku text not null,
  sequence bigint not null,
  quantity numeric not null,
  level text,
  desired_at timestamp with time zone not null,
  causes jsonb not null,
  places jsonb,
  unmapped jsonb,
  in_orders jsonb,
  leaving jsonb,
  sent_sequence bigint,
  sent_quantity numeric,
  sent_level text,
  sent_places jsonb,
  sent_at timestamp with time zone,
  acknowledged_sequence bigint,
  acknowledged_quantity numeric,
  acknowledged_level text,
  acknowledged_places jsonb,
  acknowledged_at timestamp with time zone,
  differs jsonb,
  dirty_since timestamp with time zone,
  rank integer not null,
  due_at timestamp with time zone not null,
  attempts integer not null,
  error text,
  dead_at timestamp with time zone
);

create table inventory.publication_change (
  channel text not null,
  sequence bigint not null,
  sku text not null,
  quantity numeric not null,
  level text,
  at timestamp with time zone not null,
  causes jsonb not null,
  sent_at timestamp with time zone,
  acknowledged_at timestamp with time zone
);

create table inventory.publication_cursor (
  id integer not null,
  epoch bigint not null,
  settled bigint not null,
  newest bigint,
  missing int8multirange,
  grounds text not null,
  compared text,
  again boolean,
  rescan_asked bigint,
  rescan_done bigint,
  rescan_corrected bigint
);

create table inventory.publication_head (
  channel text not null,
  sequence bigint not null,
  adapter text not null,
  complete_from bigint not null default 1,
  locations text
);

create table inventory.publication_line (
  channel text not null,
  paused boolean not null,
  paused_by text,
  failures integer not null,
  open_until timestamp with time zone,
  error text,
  tokens numeric,
  refilled_at timestamp with time zone,
  not_before timestamp with time zone,
  minute timestamp with time zone,
  acknowledged bigint,
  acknowledged_before bigint
);

create table inventory.publication_ticket (
  channel text not null,
  ticket text not null,
  taken_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  asked integer not null,
  items jsonb not null
);

create table inventory.quarantine (
  id uuid not null,
  source text not null,
  index integer not null,
  line text not null,
  code text not null,
  detail text not null,
  state text not null,
  reason text,
  at timestamp with time zone not null,
  correlation_id text not null,
  by text,
  settled_at timestamp with time zone,
  settled_by text,
  file uuid,
  waits_for text,
  reopened jsonb
);

create table inventory.rebuilt_position (
  n bigint not null,
  sku text not null,
  location text not null,
  seen bigint not null,
  at timestamp with time zone not null
);

create table inventory.reconciliation (
  id uuid not null,
  system text not null,
  taken_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  state text not null,
  origin text,
  correlation_id text not null,
  by text,
  counts bigint not null,
  documents bigint not null,
  compared bigint not null default 0,
  matching bigint not null default 0,
  drifts bigint not null default 0,
  unknown jsonb,
  compared_at timestamp with time zone,
  finished_at timestamp with time zone,
  attempts integer not null default 0,
  retry_at timestamp with time zone,
  error text
);

create table inventory.reconciliation_drift (
  run uuid not null,
  n integer not null,
  sku text not null,
  location text not null,
  field text not null,
  ours numeric not null,
  theirs numeric not null,
  severity text not null,
  attribution jsonb not null,
  action text not null,
  planned boolean not null,
  unknown text,
  settled text,
  reason text,
  settled_at timestamp with time zone,
  settled_by text,
  first_approval jsonb,
  class text,
  reopened jsonb,
  reverted jsonb
);

create table inventory.reconciliation_evidence (
  system text not null,
  movement text not null,
  id text not null,
  type text not null,
  sku text not null,
  location text not null,
  quantity numeric not null,
  occurred_at timestamp with time zone not null,
  status text,
  from_status text,
  to_status text
);

create table inventory.reconciliation_page (
  origin text not null,
  page integer not null,
  taken_at timestamp with time zone not null,
  next text,
  body bytea not null
);

create table inventory.reconciliation_place (
  run uuid not null,
  location text not null,
  compared bigint not null,
  matching bigint not null,
  classes jsonb
);

create table inventory.recorded_movement (
  source text not null,
  id text not null,
  sequence bigint not null
);

create table inventory.reservation (
  id text not null,
  channel text not null,
  version bigint not null,
  state text not null,
  expires_at timestamp with time zone not null,
  body jsonb not null,
  unqualified boolean not null default false,
  awaits text[],
  at_risk boolean not null default false
);

create table inventory.rule_proposal (
  rule text not null,
  change jsonb not null,
  based_on bigint not null,
  by text not null,
  at timestamp with time zone not null
);

create table inventory.sign_in_key (
  id text not null,
  xml text not null,
  created_at timestamp with time zone not null
);

create table inventory.sku_class (
  sku text not null,
  class text not null,
  sold numeric not null default 0
);

create table inventory.sku_name (
  name text not null,
  sku text not null,
  pack_unit text
);

create table inventory.sku_profile (
  sku text not null,
  unit text,
  decimals integer,
  packs jsonb not null,
  aliases jsonb not null,
  version integer not null,
  by text not null,
  change bigint not null default 1,
  name text,
  class text
);

create table inventory.sku_unit (
  sku text not null,
  unit text not null
);

create table inventory.source_document (
  file uuid not null,
  n integer not null,
  source text not null,
  kind text not null,
  number text,
  "position" text not null,
  counts jsonb not null,
  movements text[] not null
);

create table inventory.source_mapping (
  source text not null,
  kind text not null,
  theirs text not null,
  ours text not null,
  by text not null
);

create table inventory.vendor_notice (
  channel text not null,
  kind text not null,
  detail text not null,
  channel_version integer not null,
  ends_at timestamp with time zone,
  seen_at timestamp with time zone not null
);

create table inventory.wolverine_agent_restrictions (
  id uuid not null,
  uri character varying not null,
  type character varying not null,
  node integer not null default 0
);

create table inventory.wolverine_control_queue (
  id uuid not null,
  message_type character varying not null,
  node_id uuid not null,
  body bytea not null,
  posted timestamp with time zone not null default now(),
  expires timestamp with time zone
);

create table inventory.wolverine_dead_letter_history (
  id uuid not null,
  replay_count integer,
  last_replayed_at timestamp with time zone,
  first_failed_at timestamp with time zone
);

create table inventory.wolverine_dead_letters (
  id uuid not null,
  execution_time timestamp with time zone,
  body bytea not null,
  message_type character varying not null,
  received_at character varying,
  source character varying,
  exception_type character varying,
  exception_message character varying,
  sent_at timestamp with time zone,
  replayable boolean,
  failure_group character varying(100),
  failure_title character varying(500),
  failed_at timestamp with time zone,
  first_failed_at timestamp with time zone,
  replay_count integer,
  last_replayed_at timestamp with time zone,
  archived_at timestamp with time zone,
  expires timestamp with time zone
);

create table inventory.wolverine_deduplication_hashed (
  deduplication_hash bytea not null,
  deduplication_id character varying(250) not null,
  expires timestamp with time zone not null,
  envelope_id uuid
);

create table inventory.wolverine_incoming_envelopes (
  id uuid not null,
  status character varying not null,
  owner_id integer not null,
  execution_time timestamp with time zone,
  attempts integer default 0,
  body bytea not null,
  message_type character varying not null,
  received_at character varying,
  keep_until timestamp with time zone
);

create table inventory.wolverine_node_assignments (
  id character varying not null,
  node_id uuid,
  started timestamp with time zone not null default now()
);

create table inventory.wolverine_node_records (
  id integer not null default nextval('inventory.wolverine_node_records_id_seq'::regclass),
  node_number integer not null,
  event_name character varying not null,
  "timestamp" timestamp with time zone not null default now(),
  description character varying
);

create table inventory.wolverine_nodes (
  id uuid not null,
  node_number integer not null default nextval('inventory.wolverine_nodes_node_number_seq'::regclass),
  description character varying not null,
  uri character varying not null,
  started timestamp with time zone not null default now(),
  health_check timestamp with time zone not null default now(),
  version character varying,
  capabilities text[]
);

create table inventory.wolverine_outgoing_envelopes (
  id uuid not null,
  owner_id integer not null,
  destination character varying not null,
  deliver_by timestamp with time zone,
  body bytea not null,
  attempts integer default 0,
  message_type character varying not null
);

create table inventory.wolverine_recurring_messages (
  schedule_name character varying(250) not null,
  cron_expression character varying(250) not null,
  envelope_ids character varying(2000) not null,
  deduplication_id character varying(250),
  next_occurrence timestamp with time zone,
  paused boolean not null,
  paused_at timestamp with time zone,
  trigger_requested_at timestamp with time zone,
  last_updated timestamp with time zone not null
);

alter table inventory.activity add constraint pkey_activity_id PRIMARY KEY (id);

alter table inventory.alert add constraint pkey_alert_kind_subject PRIMARY KEY (kind, subject);

alter table inventory.alert_past add constraint pkey_alert_past_kind_subject_raised_at PRIMARY KEY (kind, subject, raised_at);

alter table inventory.audit_checkpoint add constraint pkey_audit_checkpoint_number PRIMARY KEY (number);

alter table inventory.audit_checkpoint_acknowledged add constraint pkey_audit_checkpoint_acknowledged_target PRIMARY KEY (target);

alter table inventory.audit_key add constraint pkey_audit_key_id PRIMARY KEY (id);

alter table inventory.audit_rebuild add constraint pkey_audit_rebuild_id PRIMARY KEY (id);

alter table inventory.audit_repair add constraint pkey_audit_repair_number PRIMARY KEY (number);

alter table inventory.channel_drift add constraint pkey_channel_drift_channel_sku_at PRIMARY KEY (channel, sku, at);

alter table inventory.channel_location add constraint pkey_channel_location_channel_location PRIMARY KEY (channel, location);

alter table inventory.channel_mapping add constraint pkey_channel_mapping_channel_sku PRIMARY KEY (channel, sku);

alter table inventory.channel_order add constraint pkey_channel_order_channel_order_id PRIMARY KEY (channel, order_id);

alter table inventory.channel_order_message add constraint pkey_channel_order_message_channel_order_id_id PRIMARY KEY (channel, order_id, id);

alter table inventory.channel_oversell add constraint pkey_channel_oversell_channel_order_id_sku PRIMARY KEY (channel, order_id, sku);

alter table inventory.console_session add constraint pkey_console_session_id PRIMARY KEY (id);

alter table inventory.console_view add constraint pkey_console_view_id PRIMARY KEY (id);

alter table inventory.discarded_message add constraint pkey_discarded_message_id PRIMARY KEY (id);

alter table inventory.document_file add constraint pkey_document_file_id PRIMARY KEY (id);

alter table inventory.document_revision add constraint pkey_document_revision_source_kind_number PRIMARY KEY (source, kind, number);

alter table inventory.document_source add constraint pkey_document_source_source PRIMARY KEY (source);

alter table inventory.event_archive add constraint pkey_event_archive_stream_version PRIMARY KEY (stream, version);

alter table inventory.event_archive_progress add constraint pkey_event_archive_progress_id PRIMARY KEY (id);

alter table inventory.event_chain add constraint pkey_event_chain_stream_version PRIMARY KEY (stream, version);

alter table inventory.event_chain_progress add constraint pkey_event_chain_progress_id PRIMARY KEY (id);

alter table inventory.event_chain_replaced add constraint pkey_event_chain_replaced_stream_version_replaced_in PRIMARY KEY (stream, version, replaced_in);

alter table inventory.fenced_use add constraint pkey_fenced_use_sku PRIMARY KEY (sku);

alter table inventory.held_document add constraint pkey_held_document_entry PRIMARY KEY (entry);

alter table inventory.known_sku add constraint pkey_known_sku_sku PRIMARY KEY (sku);

alter table inventory.measurement add constraint pkey_measurement_name PRIMARY KEY (name);

alter table inventory.mt_doc_channel add constraint pkey_mt_doc_channel_id PRIMARY KEY (id);

alter table inventory.mt_doc_deadletterevent add constraint pkey_mt_doc_deadletterevent_id PRIMARY KEY (id);

alter table inventory.mt_doc_envelope add constraint pkey_mt_doc_envelope_id PRIMARY KEY (id);

alter table inventory.mt_doc_location add constraint pkey_mt_doc_location_id PRIMARY KEY (id);

alter table inventory.mt_doc_policydocument add constraint pkey_mt_doc_policydocument_id PRIMARY KEY (id);

alter table inventory.mt_event_progression add constraint pk_mt_event_progression PRIMARY KEY (name);

alter table inventory.mt_event_projection_floors add constraint pkey_mt_event_projection_floors_name_tenant_id PRIMARY KEY (name, tenant_id);

alter table inventory.mt_events add constraint fkey_mt_events_stream_id FOREIGN KEY (stream_id) REFERENCES inventory.mt_streams(id) ON DELETE CASCADE;

alter table inventory.mt_events add constraint pkey_mt_events_seq_id PRIMARY KEY (seq_id);

alter table inventory.mt_high_water_skips add constraint pkey_mt_high_water_skips_ending_sequence PRIMARY KEY (ending_sequence);

alter table inventory.mt_streams add constraint pkey_mt_streams_id PRIMARY KEY (id);

alter table inventory.operations_sample add constraint pkey_operations_sample_name_labels_seconds_at PRIMARY KEY (name, labels, seconds, at);

alter table inventory.position add constraint pkey_position_sku_location PRIMARY KEY (sku, location);

alter table inventory.promise_change add constraint pkey_promise_change_sequence PRIMARY KEY (sequence);

alter table inventory.publication add constraint pkey_publication_channel_sku PRIMARY KEY (channel, sku);

alter table inventory.publication_change add constraint pkey_publication_change_channel_sequence PRIMARY KEY (channel, sequence);

alter table inventory.publication_cursor add constraint pkey_publication_cursor_id PRIMARY KEY (id);

alter table inventory.publication_head add constraint pkey_publication_head_channel PRIMARY KEY (channel);

alter table inventory.publication_line add constraint pkey_publication_line_channel PRIMARY KEY (channel);

alter table inventory.publication_ticket add constraint pkey_publication_ticket_channel_ticket PRIMARY KEY (channel, ticket);

alter table inventory.quarantine add constraint pkey_quarantine_id PRIMARY KEY (id);

alter table inventory.rebuilt_position add constraint pkey_rebuilt_position_n PRIMARY KEY (n);

alter table inventory.reconciliation add constraint pkey_reconciliation_id PRIMARY KEY (id);

alter table inventory.reconciliation_drift add constraint pkey_reconciliation_drift_run_n PRIMARY KEY (run, n);

alter table inventory.reconciliation_evidence add constraint pkey_reconciliation_evidence_system_movement PRIMARY KEY (system, movement);

alter table inventory.reconciliation_page add constraint pkey_reconciliation_page_origin_page PRIMARY KEY (origin, page);

alter table inventory.reconciliation_place add constraint pkey_reconciliation_place_run_location PRIMARY KEY (run, location);

alter table inventory.recorded_movement add constraint pkey_recorded_movement_source_id PRIMARY KEY (source, id);

alter table inventory.reservation add constraint pkey_reservation_id_channel PRIMARY KEY (id, channel);

alter table inventory.rule_proposal add constraint pkey_rule_proposal_rule PRIMARY KEY (rule);

alter table inventory.sign_in_key add constraint pkey_sign_in_key_id PRIMARY KEY (id);

alter table inventory.sku_class add constraint pkey_sku_class_sku PRIMARY KEY (sku);

alter table inventory.sku_name add constraint pkey_sku_name_name PRIMARY KEY (name);

alter table inventory.sku_profile add constraint pkey_sku_profile_sku PRIMARY KEY (sku);

alter table inventory.sku_unit add constraint pkey_sku_unit_sku PRIMARY KEY (sku);

alter table inventory.source_document add constraint pkey_source_document_file_n PRIMARY KEY (file, n);

alter table inventory.source_mapping add constraint pkey_source_mapping_source_kind_theirs PRIMARY KEY (source, kind, theirs);

alter table inventory.vendor_notice add constraint pkey_vendor_notice_channel_kind_detail PRIMARY KEY (channel, kind, detail);

alter table inventory.wolverine_agent_restrictions add constraint pkey_wolverine_agent_restrictions_id PRIMARY KEY (id);

alter table inventory.wolverine_control_queue add constraint pkey_wolverine_control_queue_id PRIMARY KEY (id);

alter table inventory.wolverine_dead_letter_history add constraint pkey_wolverine_dead_letter_history_id PRIMARY KEY (id);

alter table inventory.wolverine_dead_letters add constraint pkey_wolverine_dead_letters_id PRIMARY KEY (id);

alter table inventory.wolverine_deduplication_hashed add constraint pkey_wolverine_deduplication_hashed_deduplication_hash PRIMARY KEY (deduplication_hash);

alter table inventory.wolverine_incoming_envelopes add constraint pkey_wolverine_incoming_envelopes_id PRIMARY KEY (id);

alter table inventory.wolverine_node_assignments add constraint fkey_wolverine_node_assignments_node_id FOREIGN KEY (node_id) REFERENCES inventory.wolverine_nodes(id) ON DELETE CASCADE;

alter table inventory.wolverine_node_assignments add constraint pkey_wolverine_node_assignments_id PRIMARY KEY (id);

alter table inventory.wolverine_node_records add constraint pkey_wolverine_node_records_id PRIMARY KEY (id);

alter table inventory.wolverine_nodes add constraint pkey_wolverine_nodes_id PRIMARY KEY (id);

alter table inventory.wolverine_outgoing_envelopes add constraint pkey_wolverine_outgoing_envelopes_id PRIMARY KEY (id);

alter table inventory.wolverine_recurring_messages add constraint pkey_wolverine_recurring_messages_schedule_name PRIMARY KEY (schedule_name);

CREATE INDEX activity_in_order ON inventory.activity USING btree (at, id);

CREATE INDEX alert_open ON inventory.alert USING btree (kind, subject) WHERE (resolved_at IS NULL);

CREATE INDEX alert_past_resolved ON inventory.alert_past USING btree (resolved_at);

CREATE INDEX audit_rebuild_running ON inventory.audit_rebuild USING btree (asked_at) WHERE (state = 'running'::text);

CREATE INDEX channel_mapping_by_theirs ON inventory.channel_mapping USING btree (channel, theirs);

CREATE INDEX channel_order_collect_by ON inventory.channel_order USING btree (collect_by) WHERE ((collect_by IS NOT NULL) AND (state = ANY (ARRAY['confirmed'::text, 'oversold'::text, 'ready'::text])));

CREATE INDEX channel_order_pickup ON inventory.channel_order USING btree (channel, pickup, order_id) WHERE (pickup IS NOT NULL);

CREATE INDEX channel_oversell_in_time ON inventory.channel_oversell USING btree (at, channel, order_id, sku);

CREATE INDEX channel_oversell_missing ON inventory.channel_oversell USING btree (sku) WHERE (open AND (missing > (0)::numeric));

CREATE INDEX channel_oversell_open ON inventory.channel_oversell USING btree (channel) WHERE open;

CREATE INDEX console_session_of_name ON inventory.console_session USING btree (name, created_at);

CREATE INDEX console_view_of_owner ON inventory.console_view USING btree (owner, id);

CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON inventory.mt_events USING btree (stream_id, version);

CREATE INDEX operations_sample_by_age ON inventory.operations_sample USING btree (seconds, at);

CREATE INDEX position_by_location ON inventory."position" USING btree (location, sku);

CREATE UNIQUE INDEX position_balance_in_order ON inventory.position_balance USING btree (stream, version) INCLUDE (after, next, recorded_until, occurred_until, recorded_from, counts_from, overtaken);

CREATE INDEX promise_change_by_channel ON inventory.promise_change USING btree (channel, sequence);

CREATE INDEX promise_change_open ON inventory.promise_change USING btree (channel, reservation) WHERE is_open;

CREATE INDEX promise_change_waiting ON inventory.promise_change USING btree (channel, reservation, sequence) WHERE ((acknowledged_at IS NULL) AND (dead_at IS NULL));

CREATE INDEX publication_dirty ON inventory.publication USING btree (channel, rank, dirty_since, sku) WHERE (dirty_since IS NOT NULL);

CREATE INDEX publication_unmapped ON inventory.publication USING btree (channel, sku) WHERE (unmapped IS NOT NULL);

CREATE INDEX publication_change_by_sku ON inventory.publication_change USING btree (channel, sku, sequence);

CREATE INDEX quarantine_in_order ON inventory.quarantine USING btree (at, index, id);

CREATE INDEX quarantine_of_file ON inventory.quarantine USING btree (file) WHERE (file IS NOT NULL);

CREATE INDEX quarantine_open ON inventory.quarantine USING btree (source, code, at) WHERE (state = 'open'::text);

CREATE INDEX quarantine_waiting ON inventory.quarantine USING btree (source, waits_for) WHERE ((waits_for IS NOT NULL) AND (state = 'open'::text));

CREATE INDEX reconciliation_in_order ON inventory.reconciliation USING btree (received_at, id);

CREATE INDEX reconciliation_in_time ON inventory.reconciliation USING btree (taken_at, id);

CREATE UNIQUE INDEX reconciliation_origin ON inventory.reconciliation USING btree (origin);

CREATE INDEX reconciliation_running ON inventory.reconciliation USING btree (received_at) WHERE (state = 'running'::text);

CREATE INDEX reconciliation_drift_by_position ON inventory.reconciliation_drift USING btree (sku, location, field);

CREATE INDEX reconciliation_drift_open ON inventory.reconciliation_drift USING btree (run, n) WHERE (action = 'needs-approval'::text);

CREATE INDEX reconciliation_evidence_in_time ON inventory.reconciliation_evidence USING btree (system, occurred_at);

CREATE INDEX reservation_at_risk ON inventory.reservation USING btree (channel, id) WHERE at_risk;

CREATE INDEX reservation_awaiting ON inventory.reservation USING btree (id) WHERE (awaits IS NOT NULL);

CREATE INDEX reservation_awaits ON inventory.reservation USING gin (awaits) WHERE (awaits IS NOT NULL);

CREATE INDEX reservation_confirmed ON inventory.reservation USING btree (id) WHERE (state = 'confirmed'::text);

CREATE INDEX reservation_due ON inventory.reservation USING btree (expires_at) WHERE (state = 'held'::text);

CREATE INDEX sku_name_by_sku ON inventory.sku_name USING btree (sku);

CREATE INDEX sku_profile_by_change ON inventory.sku_profile USING btree (change);

CREATE INDEX source_document_by_number ON inventory.source_document USING btree (source, kind, number);

CREATE INDEX idx_wolverine_dead_letter_history_last_replayed_at ON inventory.wolverine_dead_letter_history USING btree (last_replayed_at);

CREATE INDEX idx_wolverine_dead_letters_expires ON inventory.wolverine_dead_letters USING btree (expires) WHERE (expires IS NOT NULL);

CREATE INDEX idx_wolverine_dead_letters_failure_group ON inventory.wolverine_dead_letters USING btree (failure_group);

CREATE INDEX idx_wolverine_dead_letters_replayable ON inventory.wolverine_dead_letters USING btree (replayable) WHERE (replayable = true);

CREATE INDEX idx_wolverine_deduplication_hashed_expires ON inventory.wolverine_deduplication_hashed USING btree (expires);

CREATE INDEX idx_wolverine_incoming_envelopes_keep_until ON inventory.wolverine_incoming_envelopes USING btree (keep_until) WHERE ((status)::text = 'Handled'::text);

CREATE INDEX idx_wolverine_incoming_envelopes_owner ON inventory.wolverine_incoming_envelopes USING btree (owner_id) WHERE (owner_id <> 0);

CREATE INDEX idx_wolverine_incoming_envelopes_recover ON inventory.wolverine_incoming_envelopes USING btree (received_at) WHERE (((status)::text = 'Incoming'::text) AND (owner_id = 0));

CREATE INDEX idx_wolverine_incoming_envelopes_scheduled ON inventory.wolverine_incoming_envelopes USING btree (execution_time) WHERE ((status)::text = 'Scheduled'::text);

CREATE INDEX idx_wolverine_outgoing_envelopes_owner ON inventory.wolverine_outgoing_envelopes USING btree (owner_id) WHERE (owner_id <> 0);

CREATE INDEX idx_wolverine_outgoing_envelopes_recover ON inventory.wolverine_outgoing_envelopes USING btree (destination) WHERE (owner_id = 0);

CREATE OR REPLACE FUNCTION inventory.archive_closed_years(until_instant timestamp with time zone, streams_at_most integer, events_at_most integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  newest timestamptz; before_instant timestamptz; after_stream varchar; linked bigint; last_stream varchar; is_more boolean;
  page_streams varchar[]; page_untils bigint[]; row_streams varchar[]; row_versions bigint[]; archived bigint; deleted bigint;
begin
  if until_instant is null or streams_at_most is null or events_at_most is null or streams_at_most < 1 or events_at_most < 1
    or until_instant <> date_trunc('year', until_instant at time zone 'UTC') at time zone 'UTC' then
    raise exception 'Years are archived as a whole, in UTC: % is no first instant of one.', until_instant using errcode = 'RS002';
  end if;

  -- By the clock, or since something was recorded in a later one.
  newest := (select e.timestamp from inventory.mt_events as e order by e.seq_id desc limit 1);
  if until_instant > date_trunc('year', greatest(now(), newest) at time zone 'UTC') at time zone 'UTC' then
    raise exception 'The year that ends at % is not over.', until_instant using errcode = 'RS002';
  end if;

  -- First what was begun, then what is old enough since; the lock lets one at a time.
  insert into inventory.event_archive_progress (id, recorded_before, stream) values (1, until_instant, '') on conflict (id) do nothing;
  select p.recorded_before, p.stream into before_instant, after_stream from inventory.event_archive_progress as p where p.id = 1 for update skip locked;
  if before_instant is null or (after_stream is null and before_instant >= until_instant) then
    return null;
  end if;
  if after_stream is null then
    before_instant := until_instant;
    after_stream := '';
  end if;

  linked := coalesce((select c.settled from inventory.event_chain_progress as c where c.id = 1), 0);
  if exists (select from inventory.mt_events as e where e.seq_id > linked and e.timestamp < before_instant) then
    return null;
  end if;

  -- 'until' is the first version of a stream that stays; a stream goes on when it has more than is moved at once.
  with streams as materialized (
    select s.id, s.version as newest, coalesce(oldest.version, s.version) as first
    from (select t.id, t.version from inventory.mt_streams as t where t.id > after_stream and t.id like '%@%' order by t.id limit streams_at_most) as s
    left join lateral (select e.version from inventory.mt_events as e where e.stream_id = s.id order by e.version limit 1) as oldest on true),
  bounds as materialized (
    select s.id, s.newest, s.first, least(s.newest, coalesce(
      (select e.version from inventory.mt_events as e
        where e.stream_id = s.id and e.version < s.first + events_at_most and (e.timestamp >= before_instant or e.seq_id > linked)
        order by e.version limit 1),
      s.first + events_at_most)) as until
    from streams as s),
  page as materialized (
    select c.id, c.until, c.until = c.first + events_at_most and c.until < c.newest as goes_on
    from (select b.*, sum(b.until - b.first) over (order by b.id) - (b.until - b.first) as before from bounds as b) as c
    where c.before < events_at_most)
  select coalesce(array_agg(p.id order by p.id), '{}'), coalesce(array_agg(p.until order by p.id), '{}'),
    coalesce(max(p.id) filter (where not p.goes_on), after_stream),
    coalesce(bool_or(p.goes_on), false) or count(*) < (select count(*) from streams) or (select count(*) from streams) = streams_at_most
  into page_streams, page_untils, last_stream, is_more from page as p;

  -- Versions are counted from the first of a row, so a row ends where one is missing: then it is missing in the archive, too.
  with old as materialized (
    select e.* from unnest(page_streams, page_untils) as p(stream, until)
    cross join lateral (select * from inventory.mt_events as x where x.stream_id = p.stream and x.version < p.until offset 0) as e),
  numbered as (
    select d.*, d.version - row_number() over (partition by d.stream_id, d.year order by d.version) as run
    from (select o.*, extract(year from o.timestamp at time zone 'UTC') as year from old as o) as d),
  written as (
    insert into inventory.event_archive (stream, version, sequences, ids, types, timestamps, correlations, users, data)
    select n.stream_id, min(n.version), array_agg(n.seq_id order by n.version), array_agg(n.id order by n.version),
      array_agg(n.type order by n.version), array_agg(n.timestamp order by n.version), array_agg(n.correlation_id order by n.version),
      array_agg(n.user_name order by n.version), array_agg(n.data order by n.version)
    from numbered as n group by n.stream_id, n.year, n.run, n.version / 1000 returning stream, version)
  select coalesce(array_agg(w.stream), '{}'), coalesce(array_agg(w.version), '{}'), (select count(*) from old)
  into row_streams, row_versions, archived from written as w;

  -- What is deleted is what the archive, read again, has the same of.
  delete from inventory.mt_events where ctid = any(array(
    select e.ctid
    from unnest(row_streams, row_versions) as w(stream, version)
    join inventory.event_archive as a on a.stream = w.stream and a.version = w.version
    cross join lateral unnest(a.sequences, a.ids, a.types, a.timestamps, a.correlations, a.users, a.data) with ordinality as k(seq_id, id, type, timestamp, correlation_id, user_name, data, n)
    cross join lateral (
      select x.ctid from inventory.mt_events as x
      where x.stream_id = a.stream and x.version = a.version + k.n - 1 and x.seq_id = k.seq_id and x.id = k.id and x.type = k.type
        and x.timestamp = k.timestamp and x.correlation_id is not distinct from k.correlation_id and x.user_name is not distinct from k.user_name
        and x.data = k.data offset 0) as e));
  get diagnostics deleted = row_count;
  if deleted <> archived then
    raise exception '% events were to be archived, and the archive has % of them: nothing was moved.', archived, deleted
      using errcode = 'RS003';
  end if;

  update inventory.event_archive_progress as p set recorded_before = before_instant, stream = case when is_more then last_stream end where p.id = 1;
  return archived;
end $function$;

CREATE OR REPLACE FUNCTION inventory.mt_archive_stream(streamid character varying)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  update inventory.mt_streams set is_archived = TRUE where id = streamid ;
  update inventory.mt_events set is_archived = TRUE where stream_id = streamid ;
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_grams_array(words text, use_unaccent boolean DEFAULT false)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE STRICT
AS $function$
        DECLARE
result text[];
        DECLARE
word text;
        DECLARE
clean_word text;
BEGIN
                FOREACH
word IN ARRAY string_to_array(words, ' ')
                LOOP
                     clean_word = regexp_replace(inventory.mt_safe_unaccent(use_unaccent, word), '[^a-zA-Z0-9]+', '','g');
FOR i IN 1 .. length(clean_word)
                     LOOP
                         result := result || quote_literal(substr(lower(clean_word), i, 1));
                         result
:= result || quote_literal(substr(lower(clean_word), i, 2));
                         result
:= result || quote_literal(substr(lower(clean_word), i, 3));
END LOOP;
END LOOP;

RETURN ARRAY(SELECT DISTINCT e FROM unnest(result) AS a(e) ORDER BY e);
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_grams_query(text, use_unaccent boolean DEFAULT false)
 RETURNS tsquery
 LANGUAGE plpgsql
 IMMUTABLE STRICT
AS $function$
BEGIN
RETURN (SELECT array_to_string(inventory.mt_grams_array($1, use_unaccent), ' & ') ::tsquery);
END
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_grams_vector(text, use_unaccent boolean DEFAULT false)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE STRICT
AS $function$
BEGIN
RETURN (SELECT array_to_string(inventory.mt_grams_array($1, use_unaccent), ' ') ::tsvector);
END
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_immutable_date(value text)
 RETURNS date
 LANGUAGE sql
 IMMUTABLE
AS $function$
select value::date

$function$;

CREATE OR REPLACE FUNCTION inventory.mt_immutable_time(value text)
 RETURNS time without time zone
 LANGUAGE sql
 IMMUTABLE
AS $function$
select value::time

$function$;

CREATE OR REPLACE FUNCTION inventory.mt_immutable_timestamp(value text)
 RETURNS timestamp without time zone
 LANGUAGE sql
 IMMUTABLE
AS $function$
select value::timestamp

$function$;

CREATE OR REPLACE FUNCTION inventory.mt_immutable_timestamptz(value text)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE
AS $function$
select value::timestamptz

$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_append(jsonb, text[], jsonb, boolean, jsonb DEFAULT NULL::jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    if_not_exists ALIAS FOR $4;
    patch_expression ALIAS FOR $5;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'array' THEN
        CASE
            WHEN NOT if_not_exists THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) = 'object' AND NOT tmp_value @> jsonb_build_array(val) THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) <> 'object' AND NOT tmp_value @> val THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN patch_expression IS NOT NULL AND jsonb_typeof(patch_expression) = 'array' AND jsonb_array_length(patch_expression) = 0 THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            ELSE NULL;
            END CASE;
    END IF;
    RETURN retval;
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_append_key_value(jsonb, text[], jsonb, boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    if_not_exists ALIAS FOR $4;
    tmp_value jsonb;
    _key text;
BEGIN
    tmp_value = retval #> location;

    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'object' THEN
        CASE
            WHEN NOT if_not_exists THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN NOT tmp_value ?| ARRAY(SELECT jsonb_object_keys(val)) THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            ELSE NULL;
        END CASE;
    END IF;
    RETURN retval;
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_copy(jsonb, text[], text[])
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    src_path ALIAS FOR $2;
    dst_path ALIAS FOR $3;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> src_path;
    retval = inventory.mt_jsonb_fix_null_parent(retval, dst_path);
    RETURN jsonb_set(retval, dst_path, tmp_value::jsonb, TRUE);
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_duplicate(jsonb, text[], jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    targets ALIAS FOR $3;
    tmp_value jsonb;
    target_path text[];
    target text;
BEGIN
    FOR target IN SELECT jsonb_array_elements_text(targets)
    LOOP
        target_path = inventory.mt_jsonb_path_to_array(target, '\.');
        retval = inventory.mt_jsonb_copy(retval, location, target_path);
    END LOOP;

    RETURN retval;
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_fix_null_parent(jsonb, text[])
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
retval ALIAS FOR $1;
    dst_path ALIAS FOR $2;
    dst_path_segment text[] = ARRAY[]::text[];
    dst_path_array_length integer;
    i integer = 1;
BEGIN
    dst_path_array_length = array_length(dst_path, 1);
    WHILE i <=(dst_path_array_length - 1)
    LOOP
        dst_path_segment = dst_path_segment || ARRAY[dst_path[i]];
        IF retval #> dst_path_segment IS NULL OR retval #> dst_path_segment = 'null'::jsonb THEN
            retval = jsonb_set(retval, dst_path_segment, '{}'::jsonb, TRUE);
        END IF;
        i = i + 1;
    END LOOP;

    RETURN retval;
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_increment(jsonb, text[], numeric)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
retval ALIAS FOR $1;
    location ALIAS FOR $2;
    increment_value ALIAS FOR $3;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NULL THEN
        tmp_value = to_jsonb(0);
END IF;

RETURN jsonb_set(retval, location, to_jsonb(tmp_value::numeric + increment_value), TRUE);
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_insert(jsonb, text[], jsonb, integer, boolean, jsonb DEFAULT NULL::jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    elm_index ALIAS FOR $4;
    if_not_exists ALIAS FOR $5;
    patch_expression ALIAS FOR $6;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'array' THEN
        IF elm_index IS NULL THEN
            elm_index = jsonb_array_length(tmp_value) + 1;
        END IF;
        CASE
            WHEN NOT if_not_exists THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) = 'object' AND NOT tmp_value @> jsonb_build_array(val) THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) <> 'object' AND NOT tmp_value @> val THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            WHEN patch_expression IS NOT NULL AND jsonb_typeof(patch_expression) = 'array' AND jsonb_array_length(patch_expression) = 0 THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            ELSE NULL;
        END CASE;
    END IF;
    RETURN retval;
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_move(jsonb, text[], text)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    src_path ALIAS FOR $2;
    dst_name ALIAS FOR $3;
    dst_path text[];
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> src_path;
    retval = retval #- src_path;
    dst_path = src_path;
    dst_path[array_length(dst_path, 1)] = dst_name;
    retval = inventory.mt_jsonb_fix_null_parent(retval, dst_path);
    RETURN jsonb_set(retval, dst_path, tmp_value, TRUE);
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_patch(jsonb, jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    patchset ALIAS FOR $2;
    patch jsonb;
    patch_path text[];
    patch_expression jsonb;
    value jsonb;
BEGIN
    FOR patch IN SELECT * from jsonb_array_elements(patchset)
    LOOP
        patch_path = inventory.mt_jsonb_path_to_array((patch->>'path')::text, '\.');

        patch_expression = null;
        IF (patch->>'type') IN ('remove', 'append_if_not_exists', 'insert_if_not_exists') AND (patch->>'expression') IS NOT NULL THEN
            patch_expression = jsonb_path_query_array(retval #> patch_path, (patch->>'expression')::jsonpath);
        END IF;

        CASE patch->>'type'
            WHEN 'set' THEN
                retval = jsonb_set(retval, patch_path, (patch->'value')::jsonb, TRUE);
            WHEN 'delete' THEN
                retval = retval#-patch_path;
            WHEN 'append' THEN
                retval = inventory.mt_jsonb_append(retval, patch_path, (patch->'value')::jsonb, FALSE);
            WHEN 'append_if_not_exists' THEN
                retval = inventory.mt_jsonb_append(retval, patch_path, (patch->'value')::jsonb, TRUE, patch_expression);
            WHEN 'append_key_value' THEN
                retval = inventory.mt_jsonb_append_key_value(retval, patch_path, (patch->'key_value')::jsonb, FALSE);
            WHEN 'append_key_value_if_not_exists' THEN
                retval = inventory.mt_jsonb_append_key_value(retval, patch_path, (patch->'key_value')::jsonb, TRUE);
            WHEN 'insert' THEN
                retval = inventory.mt_jsonb_insert(retval, patch_path, (patch->'value')::jsonb, (patch->>'index')::integer, FALSE);
            WHEN 'insert_if_not_exists' THEN
                retval = inventory.mt_jsonb_insert(retval, patch_path, (patch->'value')::jsonb, (patch->>'index')::integer, TRUE, patch_expression);
            WHEN 'remove' THEN
                retval = inventory.mt_jsonb_remove(retval, patch_path, COALESCE(patch_expression, (patch->'value')::jsonb));
            WHEN 'remove_key' THEN
                retval = inventory.mt_jsonb_remove_key(retval, patch_path, (patch->>'key'));
            WHEN 'duplicate' THEN
                retval = inventory.mt_jsonb_duplicate(retval, patch_path, (patch->'targets')::jsonb);
            WHEN 'rename' THEN
                retval = inventory.mt_jsonb_move(retval, patch_path, (patch->>'to')::text);
            WHEN 'increment' THEN
                retval = inventory.mt_jsonb_increment(retval, patch_path, (patch->>'increment')::numeric);
            WHEN 'increment_float' THEN
                retval = inventory.mt_jsonb_increment(retval, patch_path, (patch->>'increment')::numeric);
            ELSE NULL;
        END CASE;
    END LOOP;
    RETURN retval;
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_path_to_array(text, character)
 RETURNS text[]
 LANGUAGE plpgsql
AS $function$
DECLARE
    location ALIAS FOR $1;
    regex_pattern ALIAS FOR $2;
BEGIN
RETURN regexp_split_to_array(location, regex_pattern)::text[];
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_remove(jsonb, text[], jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    tmp_value jsonb;
    tmp_remove jsonb;
    patch_remove jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'array' THEN
        IF jsonb_typeof(val) = 'array' THEN
            tmp_remove = val;
        ELSE
            tmp_remove = jsonb_build_array(val);
        END IF;

        FOR patch_remove IN SELECT * FROM jsonb_array_elements(tmp_remove)
        LOOP
            tmp_value =(SELECT jsonb_agg(elem)
            FROM jsonb_array_elements(tmp_value) AS elem
            WHERE elem <> patch_remove);
        END LOOP;

        IF tmp_value IS NULL THEN
            tmp_value = '[]'::jsonb;
        END IF;
    END IF;
    RETURN jsonb_set(retval, location, tmp_value, FALSE);
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_jsonb_remove_key(jsonb, text[], text)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    _key ALIAS FOR $3;
    tmp_value jsonb;
    tmp_remove jsonb;
    patch_remove jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'object' THEN
        RETURN jsonb_set(retval, location, tmp_value - _key, FALSE);
    END IF;
    RETURN retval;
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_mark_event_progression(name character varying, last_encountered bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
INSERT INTO inventory.mt_event_progression (name, last_seq_id, last_updated)
VALUES (name, last_encountered, transaction_timestamp())
ON CONFLICT ON CONSTRAINT pk_mt_event_progression
    DO
UPDATE SET last_seq_id = last_encountered, last_updated = transaction_timestamp();

END;

$function$;

CREATE OR REPLACE FUNCTION inventory.mt_mark_progression_with_skip(shard_name character varying, ending_sequence bigint, starting_sequence bigint)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
DECLARE
    current_value bigint;
BEGIN
    select last_seq_id into current_value from inventory.mt_event_progression where name = shard_name;

    IF current_value is null then
        -- Bootstrap the high-water row on first invocation. Previously this branch
        -- returned 0, which left HighWaterAgent.CheckNowAsync polling forever because
        -- statistics.CurrentMark never advanced. Issue #4425.
        INSERT INTO inventory.mt_event_progression (name, last_seq_id, last_updated)
        VALUES (shard_name, ending_sequence, transaction_timestamp())
        ON CONFLICT ON CONSTRAINT pk_mt_event_progression
            DO UPDATE SET last_seq_id = ending_sequence, last_updated = transaction_timestamp();
        IF ending_sequence > starting_sequence THEN
            -- Idempotent: a rebuild/replay re-marks the same skip (ending_sequence is the
            -- PK). Re-recording an existing gap is a no-op. Conflict target is the PK
            -- constraint (the bare column name collides with the function parameter). #4530.
            insert into inventory.mt_high_water_skips (ending_sequence, starting_sequence) values (ending_sequence, starting_sequence)
                on conflict on constraint pkey_mt_high_water_skips_ending_sequence do nothing;
        END IF;
        return ending_sequence;
    ELSIF current_value = starting_sequence THEN
        update inventory.mt_event_progression SET last_seq_id = ending_sequence, last_updated = transaction_timestamp() where shard_name = name;
        insert into inventory.mt_high_water_skips (ending_sequence, starting_sequence) values (ending_sequence, starting_sequence)
            on conflict on constraint pkey_mt_high_water_skips_ending_sequence do nothing;
        return ending_sequence;
    ELSE
        return current_value;
    END IF;
END
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_quick_append_events(stream character varying, stream_type character varying, tenantid character varying, event_ids uuid[], event_types character varying[], dotnet_types character varying[], bodies jsonb[], bdatas bytea[], correlation_ids character varying[], user_names character varying[], timestamps timestamp with time zone[], expected_version bigint DEFAULT NULL::bigint)
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
DECLARE
    event_version bigint;
    stream_is_archived boolean;
    event_type varchar;
    event_id uuid;
    body jsonb;
    index int;
    seq bigint;
    actual_tenant varchar;
    is_new_stream boolean := false;
    return_value bigint[];
BEGIN
    if expected_version IS NOT NULL then
        -- COALESCE turns the NULL we get for a brand-new stream into 0, so a
        -- FetchForWriting against a non-existent stream (which sets
        -- ExpectedVersionOnServer = 0) and a StartStream(id, version: 0) both
        -- land on the new-stream branch instead of mis-firing the guard.
        select version, is_archived into event_version, stream_is_archived from inventory.mt_streams where id = stream;
        if COALESCE(event_version, 0) != expected_version then
            RAISE EXCEPTION 'Stream version mismatch on ''%'': expected %, actual %', stream, expected_version, COALESCE(event_version, 0) USING ERRCODE = 'MT003';
        end if;
    else
        select version, is_archived into event_version, stream_is_archived from inventory.mt_streams where id = stream;
    end if;

    if event_version IS NULL then
        event_version = 0;
        is_new_stream := true;
        -- #5456 follow-up: insert the FINAL version straight away rather than 0 plus a
        -- trailing UPDATE of the row we just wrote in this same transaction. That UPDATE
        -- is a second heap tuple + WAL record per stream creation for no observable gain
        -- -- nothing outside this transaction can see the intermediate 0. The trailing
        -- UPDATE below is skipped for this branch via is_new_stream.
        insert into inventory.mt_streams (id, type, version, timestamp, tenant_id) values (stream, stream_type, COALESCE(array_length(event_ids, 1), 0), now(), tenantid);
    else
        if stream_is_archived then
            RAISE EXCEPTION 'Attempted to append event to archived stream with Id ''%''.', stream USING ERRCODE = 'MT001';
        end if;
        if tenantid IS NOT NULL then
            select tenant_id into actual_tenant from inventory.mt_streams where id = stream;
            if actual_tenant != tenantid then
                RAISE EXCEPTION 'The tenantid does not match the existing stream';
            end if;
        end if;
    end if;

    index := 1;
    -- #5062: array_length('{}', 1) is NULL in PostgreSQL, not 0, so a call with an
    -- empty event array used to return ARRAY[NULL] -- a bigint[] whose only element
    -- is NULL, which Npgsql cannot read into long[] ('Cannot read a non-nullable
    -- collection of elements because the returned array contains nulls'). COALESCE
    -- makes the empty case mean what it says: zero events appended, so the final
    -- version is the stream's current version.
    return_value := ARRAY[event_version + COALESCE(array_length(event_ids, 1), 0)];

    foreach event_id in ARRAY event_ids
    loop
        seq := nextval('inventory.mt_events_sequence');
        return_value := array_append(return_value, seq);

        event_version := event_version + 1;
        event_type = event_types[index];
        body = bodies[index];

        -- #4515 / #4578 / Phase 2: bdatas[index] carries the binary payload
        -- for events opted in to binary serialization (NULL otherwise).
        -- bodies[index] is the {} JSON placeholder for those events so the
        -- existing data jsonb NOT NULL constraint stays intact.
        insert into inventory.mt_events
            (seq_id, id, stream_id, version, data, bdata, type, tenant_id, timestamp, mt_dotnet_type, is_archived, correlation_id, user_name)
        values
            (seq, event_id, stream, event_version, body, bdatas[index], event_type, tenantid, timestamps[index], dotnet_types[index], FALSE, correlation_ids[index], user_names[index]);

        index := index + 1;
    end loop;

    -- A brand-new stream already carries its final version from the insert above, so the
    -- UPDATE is only needed when we appended onto a stream that already existed.
    --
    -- #5539: and only when we actually appended something. With ZERO events this was a BLIND write-back
    -- of the version read at the top of the function, and under READ COMMITTED that is a lost update: the
    -- UPDATE waits on a concurrent appender's row lock, the winner commits, the WHERE clause is
    -- re-evaluated against the new row, and `set version = <the stale value>` lands -- leaving
    -- mt_streams.version BELOW the stream's own events. Every later append then computes a version that
    -- already exists and dies on pk_mt_events_stream_and_version, forever, until the row is repaired by
    -- hand. A non-empty call cannot do this: its first INSERT collides with the winner on that same
    -- primary key and rolls the whole thing back, which is why only the empty case was exposed.
    --
    -- Two independent guards, because either alone would have been enough and the cost of both is nil:
    --   * the append count -- appending nothing has nothing to write, so the correct number of statements
    --     is zero rather than one that happens to be harmless;
    --   * greatest(), so the write-back can never LOWER a stream's version whoever calls it. An append
    --     only ever moves a version forward, so this is a no-op on every correct path and a backstop on
    --     any future caller that reads the version and then writes it back.
    if not is_new_stream and COALESCE(array_length(event_ids, 1), 0) > 0 then
        update inventory.mt_streams set version = greatest(version, event_version), timestamp = now() where id = stream;
    end if;

    return return_value;
END
$function$;

CREATE OR REPLACE FUNCTION inventory.mt_safe_unaccent(use_unaccent boolean, word text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE STRICT
AS $function$
BEGIN
IF use_unaccent THEN
    RETURN public.unaccent(word);
ELSE
    RETURN word;
END IF;
END;
$function$;

CREATE OR REPLACE FUNCTION inventory.refuse_alias(names text[], skus text[])
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select 1 from unnest(names, skus) w(name, sku) join inventory.sku_name n on n.name = w.name where n.sku <> w.sku)
    or exists (
      select 1 from unnest(names, skus) w(name, sku) join inventory.sku_profile p on p.sku = w.name
      where p.sku <> w.sku and not exists (select 1 from inventory.known_sku k where k.sku = w.sku)) then
    raise exception 'a name among these is another name of a SKU' using errcode = 'RS002';
  end if;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION inventory.require_count(actual bigint, expected bigint)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  if actual <> expected then
    raise exception 'expected %, found %: something was written meanwhile', expected, actual using errcode = 'RS001';
  end if;
  return true;
end $function$;

