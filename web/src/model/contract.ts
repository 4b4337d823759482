// The HTTP contract of Viaggio as the screen sees it: what the server answers and what it accepts.
// Types only. Times are RFC 3339 texts, money is in whole units of the workspace's currency.
import type { Label } from '@/base/i18n';

export type { Label };

// ---- Errors (RFC 9457) ----
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  detail?: string;
  /** Stable, snake_case. */
  code?: string;
  /** The one input to blame. */
  field?: string;
}

// ---- Session, workspaces, settings, keys ----
export interface Session {
  workspace: { id: string; name: string; demo: boolean };
  version: string;
  language: string;
}

export interface Workspace {
  id: string;
  name: string;
  demo: boolean;
  current: boolean;
}

export interface Settings {
  name: string;
  timezone: string;
  currency: string;
  country: string;
  language: string;
  session_gap: string;
}

export interface Key {
  kind: 'write' | 'secret';
  /** Whole for write keys, masked for secret ones. */
  key: string;
  source: string;
}

// ---- Vocabulary ----
export type TouchpointGroup = 'online' | 'fisico' | 'assistenza';

export interface EventName {
  name: string;
  label: Label;
  count: number;
}

export interface TouchpointName {
  id: string;
  label: Label;
  group: TouchpointGroup;
  icon: string;
  channel: string;
  count: number;
}

export interface StageName {
  id: string;
  label: Label;
}

export interface StageModelName {
  id: string;
  label: Label;
  stages: StageName[];
}

export interface PropertyName {
  field: string;
  type: string;
  values: (string | number | boolean)[];
}

export interface Vocabulary {
  events: EventName[];
  touchpoints: TouchpointName[];
  channels: { id: string; label: Label; count: number }[];
  sources: { id: string; count: number }[];
  stage_models: StageModelName[];
  properties: PropertyName[];
}

// ---- Questions ----
export type FilterOp =
  | 'eq' | 'neq' | 'in' | 'not_in' | 'contains' | 'not_contains' | 'starts_with' | 'regex'
  | 'gt' | 'gte' | 'lt' | 'lte' | 'exists' | 'not_exists';

export type FilterValue = string | number | boolean | (string | number)[];

export interface FieldFilter {
  field: string;
  op: FilterOp;
  value?: FilterValue;
}

export type Filter = FieldFilter | { any: Filter[] };

export interface Selector {
  event?: string;
  any_of?: string[];
  all?: true;
  where?: Filter[];
}

export interface TimeRange {
  /** Inclusive. */
  from?: string;
  /** Exclusive. */
  to?: string;
}

export interface QuestionCommon {
  as_of?: string;
  range?: TimeRange;
  timezone?: string;
  where?: Filter[];
  breakdown?: { by: string; limit?: number };
}

export interface Answered {
  epoch: string;
  elapsed_ms: number;
}

export interface FunnelQuestion extends Omit<QuestionCommon, 'breakdown'> {
  steps: (Selector & { label?: string; optional?: boolean; window?: string })[];
  window?: string;
  order?: 'ordered' | 'strict' | 'any';
  count_by?: string;
  breakdown?: { by: string; limit?: number; touch?: 'first' | 'last' | 'all' | 'step'; step?: number };
  people?: { step: number; state: 'reached' | 'dropped'; limit: number };
}

export interface FunnelStep {
  index: number;
  label: string;
  count: number;
  rate_overall: number | null;
  rate_step: number | null;
  dropped: number;
  median_seconds: number | null;
  mean_seconds: number | null;
  p90_seconds: number | null;
}

export interface FunnelAnswer extends Answered {
  steps: FunnelStep[];
  groups?: { value: string | null; steps: FunnelStep[] }[];
  people?: string[];
}

export type TrendMeasure = 'events' | 'customers' | 'sum' | 'mean' | 'median' | 'p90' | 'min' | 'max';
export type Interval = 'hour' | 'day' | 'week' | 'month';

export interface TrendQuestion extends QuestionCommon {
  series: (Selector & { measure: TrendMeasure; field?: string; label?: string })[];
  interval: Interval;
}

export interface TrendAnswer extends Answered {
  buckets: string[];
  series: { label: string; values: (number | null)[] }[];
}

export interface StagesQuestion extends QuestionCommon {
  model: string;
}

export interface StagesAnswer extends Answered {
  stages: {
    id: string;
    label: Label | string;
    entered: number;
    current: number;
    exited: number;
    dwell_median_seconds: number | null;
    dwell_p90_seconds: number | null;
  }[];
  transitions: { from: string | null; to: string | null; customers: number; transitions: number; median_seconds: number | null }[];
  non_linear_share: number | null;
  skip_rate: number | null;
  regress_rate: number | null;
  loop_rate: number | null;
}

export interface TransitionsQuestion extends QuestionCommon {
  unit?: 'session' | 'customer';
  session_gap?: string;
  node: string;
  collapse_repeats?: boolean;
}

export interface TransitionsAnswer extends Answered {
  nodes: { label: string; count: number; starts: number; ends: number }[];
  edges: { from: string; to: string; transitions: number; customers: number | null; median_seconds: number | null; p90_seconds: number | null }[];
}

// ---- The journey map ----
export type FlowKind = 'enter' | 'forward' | 'skip' | 'back' | 'loop' | 'lost';

export interface MapQuestion extends QuestionCommon {
  model: string;
  rows?: 'touchpoint' | 'channel';
  compare?: { range: TimeRange };
}

export interface MapStage {
  id: string;
  label: Label;
  entered: number;
  before: number;
  here_now: number;
  forward: number;
  back: number;
  lost: number;
  value: number;
  previous?: { entered: number; value: number } | null;
}

export interface MapFlow {
  from: string | null;
  to: string | null;
  kind: FlowKind;
  customers: number;
  transitions: number;
  median_seconds: number | null;
}

export interface MapRow {
  id: string;
  label: Label;
  group: TouchpointGroup;
  icon: string;
  customers: number;
  events: number;
  importance: number;
  critical: boolean;
  reason: 'drop_off' | 'feeling' | null;
}

export interface Emotion {
  mean: number;
  n: number;
  low: number;
  high: number;
}

export interface MapCell {
  stage: string;
  row: string;
  customers: number;
  events: number;
  stays: number;
  to_next: number | null;
  to_next_n: number;
  importance: number;
  emotion: Emotion | null;
  value: number;
  at_stake: number;
}

export interface MapHeadline {
  kind: 'drop_off';
  from: string;
  to: string;
  customers: number;
  share: number;
  row: string | null;
  device: 'mobile' | 'desktop' | null;
  at_stake: number;
  at_stake_formula: { benchmark: number; actual: number; value_of_next: number };
}

export interface MapAnswer extends Answered {
  model: string;
  currency: string;
  stages: MapStage[];
  flows: MapFlow[];
  rows: MapRow[];
  cells: MapCell[];
  emotion: (Emotion & { stage: string; quote: { text: string; answer: string | number } | null })[];
  reach: { measure: string; value: number }[];
  headlines: MapHeadline[];
  histogram: { start: string; customers: number }[];
}

export interface PeopleQuestion {
  question: { kind: 'map' } & MapQuestion;
  select: { stage?: string; row?: string; flow?: { from: string | null; to: string | null; kind: FlowKind } };
  limit?: number;
  cursor?: string;
}

export interface PeopleAnswer extends Answered {
  customers: {
    customer_id: string;
    name: string | null;
    journey: { touchpoint: string; icon: string; label: Label; timestamp: string; stage: string | null }[];
  }[];
  total: number;
  next: { row?: string; stage?: string; label: Label; customers: number; share: number }[];
  cursor?: string | null;
}

// ---- Customers ----
export interface Identifier {
  type: string;
  value: string;
}

export interface CustomerSummary {
  customer_id: string;
  name: string | null;
  identifiers: Identifier[];
  stage: Record<string, string>;
  last_seen: string | null;
  events: number;
  value: number;
}

export interface CustomersPage {
  customers: CustomerSummary[];
  cursor?: string | null;
  total: number;
}

export interface Customer extends CustomerSummary {
  traits: Record<string, unknown>;
  first_seen: string | null;
  orders: number;
  revenue: number;
}

export interface TimelineEvent {
  message_id: string;
  timestamp: string;
  name: string;
  label: Label;
  touchpoint: { id: string; label: Label; icon: string; group: TouchpointGroup } | null;
  channel: string | null;
  stage: { id: string; label: Label; entered: boolean } | null;
  source: string;
  value: number | null;
  currency: string | null;
  summary: Label | string | null;
  properties: Record<string, unknown>;
}

export interface TimelinePage {
  events: TimelineEvent[];
  cursor?: string | null;
}

export interface IdentityNode {
  id: string | number;
  type: string;
  value: string;
  first_seen: string | null;
  events: number;
}

export interface IdentityLink {
  id: string | number;
  a: string | number;
  b: string | number;
  rule: string;
  cause: { message_id: string; timestamp: string; name: string } | null;
  actor: string | null;
  time: string;
  state: 'active' | 'undone' | 'refused';
}

export interface IdentityAnswer {
  nodes: IdentityNode[];
  links: IdentityLink[];
  conflicts: unknown[];
}

// ---- Live ----
export interface LiveEvent {
  message_id: string;
  timestamp: string;
  received_at: string;
  name: string;
  label: Label;
  touchpoint: string | null;
  channel: string | null;
  stage: string | null;
  customer_id: string | null;
  source: string;
}

export interface RejectedEvent {
  time: string;
  source: string;
  index: number;
  code: string;
  field: string | null;
  detail: string;
}

export interface LiveCounters {
  events: number;
  customers: number;
  /** Events in each of the last 60 minutes, oldest first. */
  per_minute: number[];
  epoch: string;
}

export interface LiveRecent {
  events: LiveEvent[];
  rejected: RejectedEvent[];
  counters: LiveCounters;
}

// ---- Imports ----
export interface ImportColumn {
  name: string;
  type: string;
  samples: (string | number | boolean | null)[];
  guess: string;
}

export type Mapping = Record<string, unknown>;

export interface ImportPreview {
  format: string;
  columns: ImportColumn[];
  rows: (string | number | boolean | null)[][];
  mapping: Mapping;
}

export interface ImportJob {
  id: string;
  name: string;
  source: string;
  state: 'reading' | 'done' | 'failed';
  rows: number;
  bytes: number;
  bytes_total: number;
  rows_per_second: number;
  seconds_left: number | null;
  stored: number;
  duplicates: number;
  rejected: number;
  error?: string | null;
}

export interface SavedMapping {
  id: string;
  label: Label;
  mapping: Mapping;
}

// ---- Configuration ----
export interface StageRule {
  event: Selector;
  min?: number;
}

export interface StageDefinition {
  id: string;
  label: Label;
  rules: StageRule[];
  dormancy?: string;
  return_signal?: boolean;
  goal?: string;
  owner?: string;
}

export interface StageModel {
  id: string;
  label: Label;
  subject: 'relationship' | 'journey';
  mode: 'free' | 'forward' | 'recency';
  window: string;
  stages: StageDefinition[];
}

export interface TouchpointDefinition {
  id: string;
  label: Label;
  group: TouchpointGroup;
  icon: string;
  channel: string;
  owner?: string;
}

export interface TouchpointRule {
  where: Filter[];
  touchpoint: string;
}

export interface ChannelRule {
  where: Filter[];
  channel: string;
}

export interface TouchpointConfig {
  touchpoints: TouchpointDefinition[];
  rules: TouchpointRule[];
  channel_rules: ChannelRule[];
}

export interface ReclassifiedEvent {
  message_id: string;
  timestamp: string;
  name: string;
  label: Label;
  before: { touchpoint: string | null; channel: string | null };
  after: { touchpoint: string | null; channel: string | null };
}

export interface TouchpointPreview {
  events: ReclassifiedEvent[];
  changed: number;
}
