// Made from /openapi/v1.json by the test The_console_is_compiled_against_the_API, and approved like it: never edited by hand.

export type AccuracyAnswer = {
  readonly from: string;
  readonly places: readonly (LocationAccuracy)[];
  readonly items: readonly (PositionAccuracy)[];
  readonly next: null | string;
};

export type Acknowledgement = {
  readonly by: string;
  readonly note: string;
  readonly at: string;
  readonly until: string;
};

export type ActionAnswer = {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly role: string;
  readonly kind: null | string;
  readonly subject: null | string;
  readonly reason: null | string;
  readonly before: unknown;
  readonly after: unknown;
  readonly correlationId: string;
  readonly status: number | null;
};

export type Activity = {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly role: string;
  readonly method: string;
  readonly path: string;
  readonly correlationId: string;
  readonly status: number | null;
};

export type AlertAnswer = {
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly detail: string;
  readonly sku: null | string;
  readonly location: null | string;
  readonly channel: null | string;
  readonly rule: null | string;
  readonly state: string;
  readonly raisedAt: string;
  readonly resolvedAt: null | string;
  readonly acknowledged: null | Acknowledgement;
  readonly sequence?: number | null;
};

export type AlertCount = {
  readonly at: string;
  readonly severity: string;
  readonly kind: string;
  readonly raised: number;
  readonly open: number;
};

export type AlertHistoryAnswer = {
  readonly from: string;
  readonly to: string;
  readonly step: string;
  readonly items: readonly (AlertCount)[];
  readonly keptDays: number;
};

export type AllocationShown = {
  readonly location: string;
  readonly quantity: number;
  readonly fulfilled: number;
  readonly document?: null | string;
  readonly expectedOn?: null | string;
  readonly promisedOn?: null | string;
  readonly atRisk?: null | string;
};

export type Approval = {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
};

export type ArchiveShown = {
  readonly afterYears: number;
  readonly before: null | string;
  readonly bytes: number;
  readonly rows: number;
};

export type ArrivalReason = {
  readonly document: string;
  readonly kind: string;
  readonly sku: string;
  readonly location: string;
  readonly expected: number;
  readonly confidence: number;
  readonly held: number;
  readonly counted: number;
};

export type AsOfChange = {
  readonly sku: string;
  readonly location: string;
  readonly onHandThen: number;
  readonly onHandNow: number;
  readonly unsellableThen: number;
  readonly unsellableNow: number;
  readonly inTransitThen: number;
  readonly inTransitNow: number;
  readonly events: readonly (LateEvent)[];
  readonly eventsLeftOut: number;
};

export type AttributionAnswer = {
  readonly cause: string;
  readonly document: null | string;
  readonly quantity: number;
  readonly confidence: number;
  readonly settlesItself: boolean;
};

export type AuditRepair = {
  readonly number: number;
  readonly at: string;
  readonly by: string;
  readonly role: string;
  readonly correlationId: string;
  readonly kind: string;
  readonly stream: null | string;
  readonly versions: readonly (number)[] | null;
  readonly sequences: readonly (number)[] | null;
  readonly corrected: number | null;
};

export type AvailabilityAnswer = {
  readonly sku: string;
  readonly channel: string;
  readonly quantity: number;
  readonly asOf: string;
  readonly version: number;
  readonly asOfSequence: number;
  readonly sourceAge: null | string;
  readonly level?: null | string;
  readonly locations?: readonly (LocationPart)[] | null;
  readonly terms?: readonly (ExplainedTerm)[] | null;
  readonly names?: readonly (SkuName)[] | null;
  readonly supply?: readonly (SupplyPart)[] | null;
};

export type AvailabilityItem = {
  readonly sku: string;
  readonly quantity: number;
  readonly version: number;
  readonly asked?: null | string;
};

export type AvailabilityItems = {
  readonly asOf: string;
  readonly asOfSequence: number;
  readonly items: readonly (AvailabilityItem)[];
};

export type BatchResult = {
  readonly accepted: number;
  readonly absorbed: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly sequence: number;
  readonly results: readonly (LineResult)[];
};

export type BrokenPromise = {
  readonly sku: string;
  readonly quantity: number;
  readonly promisedOn: string;
  readonly expectedOn: null | string;
  readonly document: string;
  readonly reason: string;
};

export type ChallengeAnswer = {
  readonly challenge: string;
};

export type ChangeShown = {
  readonly sequence: number;
  readonly sku: string;
  readonly quantity: number;
  readonly level: null | string;
  readonly at: string;
  readonly causes: unknown;
};

export type ChangesAnswer = {
  readonly items: readonly (ChangeShown)[];
  readonly next: null | string;
  readonly asOf: string;
  readonly asOfSequence: number;
  readonly version: number;
  readonly completeFrom: number;
};

export type ChannelAnswer = {
  readonly id: string;
  readonly adapter: string;
  readonly settings: { readonly [name: string]: unknown };
  readonly timeZone: string;
  readonly rateLimit: null | number;
  readonly minimumInterval: null | string;
  readonly version: number;
  readonly by: null | string;
  readonly status?: null | ChannelStatus;
  readonly sequence?: number | null;
  readonly secretsDropped?: readonly (string)[] | null;
  readonly overview?: null | ChannelOverview;
};

export type ChannelChange = {
  readonly channel: string;
  readonly unitsWithheld: number;
  readonly salesLost: number;
  readonly oversellsAvoided: number;
  readonly publications: number;
};

export type ChannelOverview = {
  readonly state: string;
  readonly promiseSeconds: number;
  readonly publishedPerMinute: number;
  readonly callsPerSecond: null | number;
  readonly budgetUsed: null | number;
  readonly budgetLeft: null | number;
  readonly drifts: number;
  readonly openOversells: number;
};

export type ChannelPreview = {
  readonly channel: string;
  readonly now: number;
  readonly with: number;
  readonly skusChanged: number;
  readonly skusSoldOut: number;
};

export type ChannelStatus = {
  readonly lagSeconds: number;
  readonly dirty: number;
  readonly circuit: string;
  readonly budget: null | number;
  readonly paused: boolean;
  readonly pausedBy: null | string;
  readonly deadLetters: number;
  readonly error: null | string;
  readonly expectedSeconds: null | number;
};

export type CheckpointAnswer = {
  readonly number: number;
  readonly at: string;
  readonly streams: number;
  readonly events: number;
  readonly root: string;
  readonly key: string;
  readonly statement: string;
  readonly signature: string;
};

export type CheckpointKeyAnswer = {
  readonly key: string;
  readonly publicKey: string;
};

export type CheckpointPage = {
  readonly items: readonly (CheckpointAnswer)[];
  readonly next: null | string;
  readonly publicKey: null | string;
  readonly trustedKeys: readonly (CheckpointKeyAnswer)[];
};

export type CloseManyAnswer = {
  readonly settled: number;
  readonly results: readonly (QuarantineOutcome)[];
  readonly next: null | string;
  readonly sequence: number;
};

export type ComponentShown = {
  readonly sku: string;
  readonly quantity: number;
  readonly perKit: number;
  readonly allocations: readonly (AllocationShown)[];
};

export type DatabaseShown = {
  readonly bytes: number;
  readonly connections: number;
  readonly tables: readonly (TableSize)[];
};

export type DayPromise = {
  readonly day?: string;
  readonly quantity?: number;
};

export type DayReasons = {
  readonly day: string;
  readonly arrivals: readonly (ArrivalReason)[];
  readonly holdsEnding: readonly (HoldEnding)[];
};

export type DeadLetter = {
  readonly id: string;
  readonly type: string;
  readonly message: unknown;
  readonly error: string;
  readonly failedAt: string;
  readonly replays: number;
  readonly state: string;
  readonly reason: null | string;
  readonly discardedBy: null | string;
  readonly sequence?: number | null;
};

export type Difference = {
  readonly what: string;
  readonly stream: null | string;
  readonly sku: null | string;
  readonly location: null | string;
  readonly version: number | null;
  readonly detail: string;
};

export type DocumentOutcome = {
  readonly id: null | string;
  readonly kind: string;
  readonly source: string;
  readonly position: string;
  readonly lines: number;
  readonly accepted: number;
  readonly absorbed: number;
  readonly duplicates: number;
  readonly corrected: number;
  readonly noStock: { readonly [name: string]: number };
  readonly rejected: number;
};

export type DraftRule = {
  readonly kind: string;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly reason: string;
};

export type DriftAnswer = {
  readonly n: number;
  readonly sku: string;
  readonly location: string;
  readonly field: string;
  readonly ours: number;
  readonly theirs: number;
  readonly difference: number;
  readonly severity: string;
  readonly attribution: readonly (AttributionAnswer)[];
  readonly action: string;
  readonly unknown: null | string;
  readonly settled: null | Settlement;
  readonly firstApproval: null | Approval;
  readonly reverted: null | Undone;
  readonly reopened: null | Undone;
  readonly sequence?: number | null;
};

export type DriftEvidence = {
  readonly run: string;
  readonly n: number;
  readonly takenAt: string;
  readonly difference: number;
  readonly cause: string;
};

export type DriftOutcome = {
  readonly run: string;
  readonly n: number;
  readonly outcome: string;
  readonly code: null | string;
  readonly detail: null | string;
};

export type DriftShown = {
  readonly sku: string;
  readonly at: string;
  readonly believed: null | number;
  readonly shows: number;
};

export type EventBetween = {
  readonly event: string;
  readonly location: string;
  readonly type: string;
  readonly change: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly id: string;
  readonly caused: boolean;
};

export type ExplainedComponent = {
  readonly sku: string;
  readonly needed: number;
  readonly available: number;
  readonly kits: number;
  readonly limits: boolean;
  readonly terms: readonly (ExplainedTerm)[];
};

export type ExplainedTerm = {
  readonly term: string;
  readonly location: null | string;
  readonly quantity: number;
  readonly rule: null | string;
  readonly ruleVersion: number | null;
  readonly reservation: null | string;
  readonly events: readonly (string)[];
  readonly limiting?: null | string;
  readonly components?: readonly (ExplainedComponent)[] | null;
};

export type FallenNumber = {
  readonly sequence: number;
  readonly quantity: number;
  readonly at: string;
  readonly byRule: boolean;
  readonly sentAt: null | string;
  readonly acknowledgedAt: null | string;
};

export type FigureAnswer = {
  readonly name: string;
  readonly unit: string;
  readonly from: string;
  readonly to: string;
  readonly step: string;
  readonly items: readonly (FigureSeries)[];
  readonly next: null | string;
};

export type FigurePoint = {
  readonly at: string;
  readonly value: number;
  readonly highest: number;
};

export type FigureSeries = {
  readonly labels: { readonly [name: string]: string };
  readonly points: readonly (FigurePoint)[];
};

export type FileOutcome = {
  readonly id: string;
  readonly format: string;
  readonly source: null | string;
  readonly documents: readonly (DocumentOutcome)[];
  readonly next: null | string;
  readonly sequence: number;
  readonly quarantine: { readonly [name: string]: RejectedLines };
};

export type FollowerShown = {
  readonly name: string;
  readonly sequence: number;
  readonly behindSeconds: number;
};

export type FoundDrift = {
  readonly run: string;
  readonly system: string;
  readonly takenAt: string;
  readonly state: string;
  readonly newest: boolean;
  readonly class: null | string;
  readonly n: number;
  readonly sku: string;
  readonly location: string;
  readonly field: string;
  readonly ours: number;
  readonly theirs: number;
  readonly difference: number;
  readonly severity: string;
  readonly attribution: readonly (AttributionAnswer)[];
  readonly action: string;
  readonly unknown: null | string;
  readonly settled: null | Settlement;
  readonly firstApproval: null | Approval;
  readonly reverted: null | Undone;
  readonly reopened: null | Undone;
  readonly sequence?: number | null;
};

export type FoundEvent = {
  readonly eventId: string;
  readonly sku: string;
  readonly location: string;
  readonly event: PositionEvent;
};

export type HeldUnits = {
  readonly location: null | string;
  readonly quantity: number;
  readonly document?: null | string;
  readonly expectedOn?: null | string;
};

export type HintAnswer = {
  readonly topic: string;
  readonly id: null | string;
  readonly sequence: number;
};

export type HoldEnding = {
  readonly reservation: null | string;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly endsAt: string;
};

export type Hop = {
  readonly name: string;
  readonly at: null | string;
  readonly seconds: null | number;
};

export type HostShown = {
  readonly id: string;
  readonly number: number;
  readonly machine: string;
  readonly startedAt: string;
  readonly seenAt: string;
  readonly version: null | string;
  readonly agents: readonly (string)[];
};

export type KitAnswer = {
  readonly sku: string;
  readonly components: readonly (KitComponentFields)[];
  readonly from: string;
  readonly effectiveFrom: string;
  readonly effectiveTo: null | string;
  readonly reason: null | string;
  readonly version: number;
  readonly state: string;
  readonly by: string;
  readonly recordedAt: string;
  readonly sequence?: number | null;
};

export type KitComponentFields = {
  readonly sku: string;
  readonly quantity: number;
};

export type LaneShown = {
  readonly lane: number;
  readonly waiting: number;
  readonly commits: number;
  readonly commitSeconds: null | number;
  readonly stalled: boolean;
};

export type LastAcknowledged = {
  readonly sequence: number | null;
  readonly quantity: null | number;
  readonly desiredAt: null | string;
  readonly sentAt: null | string;
  readonly acknowledgedAt: null | string;
  readonly error?: null | string;
};

export type LateEvent = {
  readonly version: number;
  readonly type: string;
  readonly quantity: null | number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly source: null | string;
  readonly id: string;
  readonly document: null | string;
  readonly corrects: null | string;
  readonly sequence: number;
};

export type LedgerEvent = {
  readonly version: number;
  readonly type: string;
  readonly change: number;
  readonly balance: number;
  readonly occurredAt: null | string;
  readonly recordedAt: string;
  readonly source: null | string;
  readonly id: null | string;
  readonly document: null | string;
  readonly quantity: null | number;
  readonly absorbed: boolean;
  readonly corrects: null | string;
  readonly unsellableChange: number;
  readonly reservedChange: number;
  readonly inTransitChange: number;
  readonly reserved: number;
  readonly sequence: number;
};

export type LedgerPosition = {
  readonly sku: string;
  readonly location: string;
  readonly opening: number;
  readonly openingUnsellable: number;
  readonly openingReserved: number;
  readonly openingInTransit: number;
  readonly events: readonly (LedgerEvent)[];
  readonly closing: number;
  readonly closingUnsellable: number;
  readonly closingReserved: number;
  readonly closingInTransit: number;
};

export type LineResult = {
  readonly index: number;
  readonly id: null | string;
  readonly outcome: string;
  readonly code: null | string;
  readonly detail: null | string;
};

export type LineShown = {
  readonly sku: string;
  readonly quantity: number;
  readonly location: null | string;
  readonly allocations: readonly (AllocationShown)[];
  readonly promisedOn?: null | string;
  readonly components?: readonly (ComponentShown)[] | null;
};

export type LocationAccuracy = {
  readonly system: string;
  readonly location: string;
  readonly runs: number;
  readonly compared: number;
  readonly matching: number;
  readonly accuracy: number;
};

export type LocationAnswer = {
  readonly id: string;
  readonly type: string;
  readonly timeZone: string;
  readonly groups: readonly (string)[];
  readonly enabled: boolean;
  readonly version: number;
  readonly by: null | string;
  readonly sequence?: number | null;
};

export type LocationMapping = {
  readonly location: string;
  readonly theirs: string;
  readonly by?: null | string;
};

export type LocationMappingsAnswer = {
  readonly imported: number;
  readonly sequence: number;
};

export type LocationPart = {
  readonly location: string;
  readonly quantity: number;
};

export type Mapping = {
  readonly sku: string;
  readonly theirs: string;
  readonly by?: null | string;
};

export type MappingsAnswer = {
  readonly imported: number;
  readonly replayed: number;
  readonly sequence: number;
};

export type MatrixAnswer = {
  readonly from: string;
  readonly rows: readonly (MatrixRow)[];
  readonly cells: readonly (MatrixCell)[];
};

export type MatrixCell = {
  readonly row: string;
  readonly column: string;
  readonly compared: number;
  readonly drifting: number;
};

export type MatrixRow = {
  readonly row: string;
  readonly compared: number;
  readonly drifting: number;
};

export type MeAnswer = {
  readonly name: string;
  readonly roles: readonly (string)[];
  readonly channels: readonly (string)[];
  readonly locations: readonly (string)[];
  readonly environment: string;
  readonly version: string;
};

export type MovementAnswer = {
  readonly source: string;
  readonly id: string;
  readonly sequence: number;
  readonly archived: boolean;
  readonly events: readonly (FoundEvent)[];
  readonly corrections: readonly (FoundEvent)[];
};

export type OperationsAnswer = {
  readonly asOf: string;
  readonly asOfSequence: number;
  readonly versions: VersionsShown;
  readonly environment: string;
  readonly host: string;
  readonly lanes: readonly (LaneShown)[];
  readonly followers: readonly (FollowerShown)[];
  readonly hosts: readonly (HostShown)[];
  readonly archive: ArchiveShown;
  readonly retention: RetentionPolicy;
  readonly database: DatabaseShown;
};

export type OrderAnswer = {
  readonly channel: string;
  readonly order: string;
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly reservation: null | string;
  readonly oversold: readonly (Oversold)[];
  readonly sequence: number | null;
};

export type OrderComponentShown = {
  readonly sku: string;
  readonly perKit: number;
  readonly open: number;
  readonly shipped: number;
  readonly returned: number;
};

export type OrderLineShown = {
  readonly sku: string;
  readonly ordered: number;
  readonly cancelled: number;
  readonly held: readonly (HeldUnits)[];
  readonly shipped: number;
  readonly returned: number;
  readonly setAside: number;
  readonly oversold: number;
  readonly components?: readonly (OrderComponentShown)[] | null;
};

export type OrderListed = {
  readonly order: string;
  readonly state: null | string;
  readonly fulfilment: string;
  readonly location: null | string;
  readonly collectBy: null | string;
};

export type OrderMessageShown = {
  readonly id: string;
  readonly type: string;
  readonly state: null | string;
  readonly occurredAt: null | string;
  readonly recordedAt: string;
  readonly revision: number | null;
  readonly by: null | string;
};

export type OrderShown = {
  readonly channel: string;
  readonly order: string;
  readonly state: string;
  readonly revision: number | null;
  readonly reservation: null | string;
  readonly lines: readonly (OrderLineShown)[];
  readonly messages: readonly (OrderMessageShown)[];
};

export type OversellItem = {
  readonly sku: string;
  readonly requested: number;
  readonly held: number;
  readonly free: number;
  readonly verdict: string;
  readonly why: string;
  readonly told: LastAcknowledged;
  readonly toldInstead: null | FallenNumber;
  readonly hops: readonly (Hop)[];
  readonly takenBy: null | string;
  readonly events: readonly (EventBetween)[];
};

export type OversellListed = {
  readonly channel: string;
  readonly order: string;
  readonly sku: string;
  readonly at: string;
  readonly open: boolean;
  readonly requested: number;
  readonly held: number;
  readonly missing: null | number;
  readonly verdict: null | string;
  readonly why: null | string;
};

export type OversellReport = {
  readonly order: string;
  readonly placedAt: string;
  readonly arrivedAt: string;
  readonly open: boolean;
  readonly items: readonly (OversellItem)[];
};

export type OversellShown = {
  readonly order: string;
  readonly at: string;
  readonly open: boolean;
  readonly sku: string;
  readonly requested: number;
  readonly held: number;
  readonly told: LastAcknowledged;
  readonly takenBy: null | string;
  readonly takenAt: null | string;
};

export type Oversold = {
  readonly sku: string;
  readonly requested: number;
  readonly held: number;
  readonly told: LastAcknowledged;
  readonly takenBy: null | string;
  readonly takenAt: null | string;
  readonly free?: number;
  readonly component?: null | string;
};

export type PageOfActionAnswer = {
  readonly items: readonly (ActionAnswer)[];
  readonly next: null | string;
};

export type PageOfActivity = {
  readonly items: readonly (Activity)[];
  readonly next: null | string;
};

export type PageOfAlertAnswer = {
  readonly items: readonly (AlertAnswer)[];
  readonly next: null | string;
};

export type PageOfAsOfChange = {
  readonly items: readonly (AsOfChange)[];
  readonly next: null | string;
};

export type PageOfAuditRepair = {
  readonly items: readonly (AuditRepair)[];
  readonly next: null | string;
};

export type PageOfChannelAnswer = {
  readonly items: readonly (ChannelAnswer)[];
  readonly next: null | string;
};

export type PageOfDeadLetter = {
  readonly items: readonly (DeadLetter)[];
  readonly next: null | string;
};

export type PageOfDriftShown = {
  readonly items: readonly (DriftShown)[];
  readonly next: null | string;
};

export type PageOfFoundDrift = {
  readonly items: readonly (FoundDrift)[];
  readonly next: null | string;
};

export type PageOfKitAnswer = {
  readonly items: readonly (KitAnswer)[];
  readonly next: null | string;
};

export type PageOfLedgerPosition = {
  readonly items: readonly (LedgerPosition)[];
  readonly next: null | string;
};

export type PageOfLocationAnswer = {
  readonly items: readonly (LocationAnswer)[];
  readonly next: null | string;
};

export type PageOfLocationMapping = {
  readonly items: readonly (LocationMapping)[];
  readonly next: null | string;
};

export type PageOfMapping = {
  readonly items: readonly (Mapping)[];
  readonly next: null | string;
};

export type PageOfOrderListed = {
  readonly items: readonly (OrderListed)[];
  readonly next: null | string;
};

export type PageOfOversellListed = {
  readonly items: readonly (OversellListed)[];
  readonly next: null | string;
};

export type PageOfOversellShown = {
  readonly items: readonly (OversellShown)[];
  readonly next: null | string;
};

export type PageOfPlaceSummary = {
  readonly items: readonly (PlaceSummary)[];
  readonly next: null | string;
};

export type PageOfPositionAnswer = {
  readonly items: readonly (PositionAnswer)[];
  readonly next: null | string;
};

export type PageOfPositionEvent = {
  readonly items: readonly (PositionEvent)[];
  readonly next: null | string;
};

export type PageOfPromiseAtRisk = {
  readonly items: readonly (PromiseAtRisk)[];
  readonly next: null | string;
};

export type PageOfPromiseChangeShown = {
  readonly items: readonly (PromiseChangeShown)[];
  readonly next: null | string;
};

export type PageOfPublicationOfChannel = {
  readonly items: readonly (PublicationOfChannel)[];
  readonly next: null | string;
};

export type PageOfPublicationShown = {
  readonly items: readonly (PublicationShown)[];
  readonly next: null | string;
};

export type PageOfQuarantineEntry = {
  readonly items: readonly (QuarantineEntry)[];
  readonly next: null | string;
};

export type PageOfReconciliationSummary = {
  readonly items: readonly (ReconciliationSummary)[];
  readonly next: null | string;
};

export type PageOfReservationShown = {
  readonly items: readonly (ReservationShown)[];
  readonly next: null | string;
};

export type PageOfRuleAnswer = {
  readonly items: readonly (RuleAnswer)[];
  readonly next: null | string;
};

export type PageOfRuleProposalAnswer = {
  readonly items: readonly (RuleProposalAnswer)[];
  readonly next: null | string;
};

export type PageOfSavedView = {
  readonly items: readonly (SavedView)[];
  readonly next: null | string;
};

export type PageOfSearchHit = {
  readonly items: readonly (SearchHit)[];
  readonly next: null | string;
};

export type PageOfSourceMapping = {
  readonly items: readonly (SourceMapping)[];
  readonly next: null | string;
};

export type PageOfUnmappedName = {
  readonly items: readonly (UnmappedName)[];
  readonly next: null | string;
};

export type PickupItem = {
  readonly location: string;
  readonly complete: boolean;
  readonly lines: readonly (PickupLine)[];
};

export type PickupItems = {
  readonly asOf: string;
  readonly asOfSequence: number;
  readonly items: readonly (PickupItem)[];
};

export type PickupLine = {
  readonly sku: string;
  readonly quantity: number;
};

export type PlaceSummary = {
  readonly place: null | string;
  readonly positions: number;
  readonly onHand: number;
  readonly unsellable: number;
  readonly reserved: number;
  readonly inTransit: number;
  readonly safetyStock: number;
  readonly available: number;
  readonly belowZero: number;
  readonly belowSafety: number;
  readonly neverCounted: number;
  readonly heldBeyondOnHand: number;
  readonly asOf: string;
};

export type PolicyAnswer = {
  readonly grace: string;
  readonly rules: readonly (PolicyRuleBody)[];
  readonly version: number;
  readonly by: null | string;
  readonly sequence?: number | null;
};

export type PolicyRuleBody = {
  readonly system: null | string;
  readonly location: null | string;
  readonly tolerance: null | number;
  readonly correctUpTo: null | number;
  readonly correctUpToValue: null | number;
  readonly secondPersonAbove: null | number;
};

export type PositionAccuracy = {
  readonly system: string;
  readonly location: string;
  readonly sku: string;
  readonly drifts: number;
  readonly overstated: number;
  readonly draft: null | DraftRule;
  readonly evidence: readonly (DriftEvidence)[];
};

export type PositionAnswer = {
  readonly sku: string;
  readonly location: string;
  readonly onHand: number;
  readonly unsellable: { readonly [name: string]: number };
  readonly reserved: number;
  readonly inTransit: number;
  readonly safetyStock: number;
  readonly allocations: { readonly [name: string]: number };
  readonly available: number;
  readonly countedAt: null | string;
  readonly version: number;
  readonly asOf: string;
  readonly asOfSequence: number;
  readonly supplyHeld: number;
};

export type PositionEvent = {
  readonly version: number;
  readonly type: string;
  readonly quantity: null | number;
  readonly occurredAt: null | string;
  readonly recordedAt: string;
  readonly source: null | string;
  readonly id: null | string;
  readonly document: null | string;
  readonly absorbed: boolean;
  readonly onHandAfter: number;
  readonly correlationId: null | string;
  readonly by: null | string;
  readonly role: null | string;
  readonly sequence: number;
  readonly channel?: null | string;
  readonly change?: number;
  readonly unsellableChange?: number;
  readonly reservedChange?: number;
  readonly inTransitChange?: number;
  readonly unsellableAfter?: number;
  readonly reservedAfter?: number;
  readonly inTransitAfter?: number;
};

export type PositionSeriesAnswer = {
  readonly sku: string;
  readonly location: string;
  readonly knowledge: string;
  readonly from: string;
  readonly to: string;
  readonly asOfSequence: number;
  readonly points: readonly (SeriesPoint)[];
};

export type PreviewAnswer = {
  readonly asOf: string;
  readonly asOfSequence: number;
  readonly skusCompared: number;
  readonly skusChanged: number;
  readonly channels: readonly (ChannelPreview)[];
  readonly skus: readonly (SkuPreview)[];
};

export type ProblemDetails = {
  readonly type?: null | string;
  readonly title?: null | string;
  readonly status?: number | null;
  readonly detail?: null | string;
  readonly instance?: null | string;
};

export type PromiseAtRisk = {
  readonly reservation: string;
  readonly channel: string;
  readonly sku: string;
  readonly quantity: number;
  readonly promisedOn: string;
  readonly document: string;
  readonly reason: string;
  readonly since: string;
  readonly expectedOn: null | string;
};

export type PromiseChangeShown = {
  readonly sequence: number;
  readonly reservation: string;
  readonly order: null | string;
  readonly atRisk: readonly (BrokenPromise)[];
  readonly at: string;
  readonly state: string;
  readonly attempts: number;
  readonly sentAt: null | string;
  readonly acknowledgedAt: null | string;
  readonly error: null | string;
};

export type PromiseDateAnswer = {
  readonly promiseOn: null | string;
  readonly sku?: string;
  readonly channel?: string;
  readonly asOf?: string;
  readonly version?: number;
  readonly asOfSequence?: number;
  readonly days?: readonly (DayPromise)[];
  readonly reasons?: readonly (DayReasons)[] | null;
};

export type PromisePreview = {
  readonly channel: string;
  readonly now: number;
  readonly with: number;
};

export type PublicationHistoryAnswer = {
  readonly channel: string;
  readonly sku: string;
  readonly from: string;
  readonly to: string;
  readonly keptFrom: null | string;
  readonly promised: readonly (QuantityStep)[];
  readonly sent: readonly (QuantityStep)[];
  readonly acknowledged: readonly (QuantityStep)[];
  readonly isCut: boolean;
};

export type PublicationMark = {
  readonly sequence: number;
  readonly quantity: number;
  readonly at: string;
};

export type PublicationOfChannel = {
  readonly channel: string;
  readonly publication: PublicationShown;
};

export type PublicationShown = {
  readonly sequence: number;
  readonly sku: string;
  readonly quantity: number;
  readonly level: null | string;
  readonly desiredAt: string;
  readonly sentAt: null | string;
  readonly acknowledgedAt: null | string;
  readonly attempts: number;
  readonly error: null | string;
  readonly causes: unknown;
  readonly state: string;
  readonly lastSent: null | PublicationMark;
  readonly believed: null | PublicationMark;
  readonly places: unknown;
  readonly leaving: unknown;
};

export type PublishLevel = {
  readonly name: string;
  readonly upTo: null | number;
};

export type QuantityStep = {
  readonly at: string;
  readonly quantity: number;
  readonly sequence: number;
};

export type QuarantineEntry = {
  readonly id: string;
  readonly source: string;
  readonly index: number;
  readonly line: unknown;
  readonly code: string;
  readonly detail: string;
  readonly state: string;
  readonly reason: null | string;
  readonly at: string;
  readonly by: null | string;
  readonly settledBy: null | string;
  readonly sequence?: number | null;
  readonly file?: null | string;
  readonly reopened?: null | Reopened;
};

export type QuarantineGroup = {
  readonly code: string;
  readonly source: string;
  readonly lines: number;
  readonly oldest: string;
  readonly newest: string;
};

export type QuarantineOutcome = {
  readonly id: string;
  readonly outcome: string;
  readonly code: null | string;
  readonly detail: null | string;
};

export type QuarantineSummary = {
  readonly lines: number;
  readonly groups: readonly (QuarantineGroup)[];
};

export type RebuildRun = {
  readonly id: string;
  readonly state: string;
  readonly askedAt: string;
  readonly finishedAt: null | string;
  readonly sku: null | string;
  readonly location: null | string;
  readonly result: null | Rebuilt;
  readonly error: null | string;
};

export type Rebuilt = {
  readonly positionsChecked: number;
  readonly positionsRebuilt: number;
  readonly first: readonly (string)[];
};

export type ReconciliationAccepted = {
  readonly id: string;
  readonly state: string;
  readonly sequence: number;
};

export type ReconciliationAnswer = {
  readonly drifts: readonly (DriftAnswer)[];
  readonly next: null | string;
  readonly unknown: readonly (UnknownCount)[];
  readonly id: string;
  readonly system: string;
  readonly takenAt: string;
  readonly state: string;
  readonly compared: number;
  readonly matching: number;
  readonly driftCount: number;
  readonly receivedAt: string;
  readonly finishedAt: null | string;
  readonly error: null | string;
  readonly by: null | string;
};

export type ReconciliationSummary = {
  readonly id: string;
  readonly system: string;
  readonly takenAt: string;
  readonly state: string;
  readonly compared: number;
  readonly matching: number;
  readonly driftCount: number;
  readonly receivedAt: string;
  readonly finishedAt: null | string;
  readonly error: null | string;
  readonly by: null | string;
};

export type RejectedLines = {
  readonly open: number;
  readonly replayed: number;
  readonly dismissed: number;
};

export type Reopened = {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
};

export type Repaired = {
  readonly streamsRepaired: number;
  readonly eventsLinked: number;
  readonly first: readonly (string)[];
  readonly streamsLeft: readonly (string)[];
  readonly publicationsCorrected: number | null;
};

export type ReplayDeadLettersAnswer = {
  readonly replayed: number;
  readonly sequence: number;
};

export type ReplayMessagesAnswer = {
  readonly replayed: number;
  readonly sequence: number;
};

export type RepublishAnswer = {
  readonly republished: number;
  readonly sequence: number;
};

export type ReservationLifeAnswer = {
  readonly id: string;
  readonly channel: string;
  readonly state: string;
  readonly expiresAt: null | string;
  readonly items: readonly (ReservationLifeStep)[];
  readonly asOf: string;
  readonly asOfSequence: number;
};

export type ReservationLifeStep = {
  readonly type: string;
  readonly at: string;
  readonly by: null | string;
  readonly role: null | string;
  readonly correlationId: null | string;
  readonly step: null | string;
  readonly sequence: number;
  readonly lines: readonly (StepLine)[];
};

export type ReservationShown = {
  readonly id: string;
  readonly channel: string;
  readonly state: string;
  readonly expiresAt: null | string;
  readonly lines: readonly (LineShown)[];
  readonly version: number;
  readonly asOf: string;
  readonly sequence: number;
  readonly promisedOn?: null | string;
};

export type RetentionPolicy = {
  readonly quarantineDays?: number;
  readonly documentDays?: number;
  readonly publicationDays?: number;
  readonly channelDriftDays?: number;
  readonly reconciliationDays?: number;
  readonly alertDays?: number;
  readonly deadLetterDays?: number;
  readonly archiveAfterYears?: number;
};

export type RuleAnswer = {
  readonly id: string;
  readonly kind: string;
  readonly effectiveFrom: string;
  readonly effectiveTo: null | string;
  readonly reason: null | string;
  readonly version: number;
  readonly state: string;
  readonly by: string;
  readonly approvedBy?: null | string;
  readonly recordedAt: string;
  readonly sequence?: number | null;
  readonly channel?: null | string;
  readonly sku?: null | string;
  readonly location?: null | string;
  readonly locationGroup?: null | string;
  readonly quantity?: null | number;
  readonly percent?: null | number;
  readonly level?: null | string;
  readonly allowed?: boolean | null;
  readonly mode?: null | string;
  readonly borrow?: boolean | null;
  readonly priority?: number | null;
  readonly releaseAt?: null | string;
  readonly buffer?: null | number;
  readonly cap?: null | number;
  readonly threshold?: null | number;
  readonly levels?: readonly (PublishLevel)[] | null;
  readonly limit?: null | number;
  readonly supplyKind?: null | string;
  readonly confidence?: null | number;
  readonly horizonDays?: number | null;
};

export type RuleContestAnswer = {
  readonly rule: string;
  readonly cases: number;
  readonly wins: number;
  readonly insteadOf: readonly (RuleRivalAnswer)[];
  readonly losesTo: readonly (RuleRivalAnswer)[];
};

export type RuleProposalAnswer = {
  readonly id: string;
  readonly ends: boolean;
  readonly rule: null | RuleTerms;
  readonly effectiveFrom: null | string;
  readonly effectiveTo: null | string;
  readonly reason: null | string;
  readonly basedOn: number;
  readonly by: string;
  readonly at: string;
  readonly tag: string;
};

export type RuleRivalAnswer = {
  readonly rule: string;
  readonly because: string;
  readonly cases: number;
};

export type RuleTerms = {
  readonly kind: string;
  readonly channel?: null | string;
  readonly sku?: null | string;
  readonly location?: null | string;
  readonly locationGroup?: null | string;
  readonly quantity?: null | number;
  readonly percent?: null | number;
  readonly level?: null | string;
  readonly allowed?: boolean | null;
  readonly mode?: null | string;
  readonly borrow?: boolean | null;
  readonly priority?: number | null;
  readonly releaseAt?: null | string;
  readonly buffer?: null | number;
  readonly cap?: null | number;
  readonly threshold?: null | number;
  readonly levels?: readonly (PublishLevel)[] | null;
  readonly limit?: null | number;
  readonly supplyKind?: null | string;
  readonly confidence?: null | number;
  readonly horizonDays?: number | null;
};

export type SavedView = {
  readonly id: string;
  readonly page: string;
  readonly query: string;
  readonly title: string;
  readonly owner: string;
  readonly shared: boolean;
  readonly version: number;
  readonly updatedAt: string;
};

export type SearchHit = {
  readonly kind: string;
  readonly id: string;
  readonly title: string;
  readonly sku?: null | string;
  readonly location?: null | string;
  readonly channel?: null | string;
  readonly source?: null | string;
  readonly sequence?: number | null;
};

export type SeriesAnswer = {
  readonly channel: string;
  readonly sku: string;
  readonly points: readonly (SeriesPointAnswer)[];
};

export type SeriesPoint = {
  readonly at: string;
  readonly onHand: number;
  readonly least: number;
  readonly most: number;
  readonly unsellable: { readonly [name: string]: number };
  readonly reserved: number;
  readonly safetyStock: number;
  readonly allocations: null | { readonly [name: string]: number };
  readonly inTransit: number;
  readonly free: number;
};

export type SeriesPointAnswer = {
  readonly at: string;
  readonly promised: number;
  readonly wouldBePromised: number;
  readonly sold: number;
  readonly lost: number;
};

export type SettleDriftsAnswer = {
  readonly settled: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly results: readonly (DriftOutcome)[];
  readonly sequence: number;
};

export type Settlement = {
  readonly decision: string;
  readonly reason: null | string;
  readonly at: string;
  readonly by: null | string;
};

export type SimulationAnswer = {
  readonly from: string;
  readonly to: string;
  readonly eventsReplayed: number;
  readonly channels: readonly (ChannelChange)[];
  readonly skus: readonly (SkuChange)[];
  readonly series: readonly (SeriesAnswer)[];
};

export type SkuAnswer = {
  readonly sku: string;
  readonly name: null | string;
  readonly class: null | string;
  readonly unit: null | string;
  readonly decimals: number | null;
  readonly packs: readonly (SkuPack)[];
  readonly aliases: readonly (string)[];
  readonly version: number;
  readonly by: null | string;
  readonly sequence?: number | null;
};

export type SkuChange = {
  readonly sku: string;
  readonly unitsWithheld: number;
  readonly salesLost: number;
  readonly oversellsAvoided: number;
  readonly publications: number;
};

export type SkuName = {
  readonly name: string;
  readonly unit: null | string;
  readonly factor: null | number;
};

export type SkuPack = {
  readonly unit: string;
  readonly factor: number;
  readonly gtin?: null | string;
};

export type SkuPreview = {
  readonly sku: string;
  readonly now: number;
  readonly with: number;
  readonly channels: readonly (PromisePreview)[];
  readonly rules: readonly (RuleContestAnswer)[];
};

export type SkuSeriesAnswer = {
  readonly sku: string;
  readonly knowledge: string;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly locations: number;
  readonly asOfSequence: number;
  readonly points: readonly (SkuSeriesPoint)[];
};

export type SkuSeriesPoint = {
  readonly day: string;
  readonly at: string;
  readonly onHand: number;
  readonly unsellable: { readonly [name: string]: number };
  readonly reserved: number;
  readonly safetyStock: number;
  readonly allocations: { readonly [name: string]: number };
  readonly inTransit: number;
  readonly free: number;
};

export type SkusAnswer = {
  readonly imported: number;
  readonly sequence: number;
};

export type SourceAnswer = {
  readonly source: string;
  readonly zone: null | string;
  readonly location: null | string;
  readonly levels: string;
  readonly articles: readonly (string)[];
  readonly unmappedSkus: string;
  readonly strictGtin: boolean;
  readonly separateUnits: boolean;
  readonly options: { readonly [name: string]: string };
  readonly hasWebhookSecret: boolean;
  readonly webhookUrl: null | string;
  readonly version: number;
  readonly by: null | string;
  readonly sequence?: number | null;
};

export type SourceMapping = {
  readonly theirs: string;
  readonly ours: string;
};

export type SourceMappingsAnswer = {
  readonly locations: number;
  readonly skus: number;
  readonly replayed: number;
  readonly sequence: number;
};

export type StepLine = {
  readonly sku: string;
  readonly location: string;
  readonly change: number;
  readonly document?: null | string;
  readonly shipped?: null | number;
};

export type SupplyPart = {
  readonly document: string;
  readonly location: string;
  readonly expectedOn: null | string;
  readonly quantity: number;
  readonly held: number;
};

export type TableSize = {
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
};

export type Undone = {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly decision?: null | Settlement;
};

export type UnknownCount = {
  readonly sku: string;
  readonly location: string;
  readonly unknown: string;
};

export type UnmappedName = {
  readonly kind: string;
  readonly theirs: string;
  readonly lines: number;
};

export type Verification = {
  readonly ok: boolean;
  readonly eventsChecked: number;
  readonly positionsChecked: number;
  readonly firstDifference: null | Difference;
  readonly differences: number;
  readonly eventsLinked: number;
  readonly checkpoint: number | null;
  readonly checkpointsChecked: number;
  readonly copiesChecked: number;
  readonly eventsLinkedLate: number;
};

export type VersionsShown = {
  readonly product: string;
  readonly runtime: string;
  readonly postgres: string;
};

/** Every operation, by method and path. */
export interface Operations {
  "POST /console/sign-in": {
    path: never;
    query: never;
    body: {
      readonly key: string;
    };
    answer: MeAnswer;
  };
  "POST /console/sign-out": {
    path: never;
    query: never;
    body: undefined;
    answer: undefined;
  };
  "GET /v1/alerts": {
    path: never;
    query: "state" | "severity" | "kind" | "acknowledged" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfAlertAnswer;
  };
  "GET /v1/alerts/history": {
    path: never;
    query: "step" | "from" | "to" | "minSequence";
    body: undefined;
    answer: AlertHistoryAnswer;
  };
  "POST /v1/alerts/{id}/acknowledge": {
    path: "id";
    query: never;
    body: {
      readonly note: string;
      readonly until: string;
    };
    answer: AlertAnswer;
  };
  "GET /v1/audit/actions": {
    path: never;
    query: "by" | "kind" | "from" | "to" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfActionAnswer;
  };
  "GET /v1/audit/activity": {
    path: never;
    query: "by" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfActivity;
  };
  "GET /v1/audit/as-of": {
    path: never;
    query: "at" | "knowledge" | "sku" | "location" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfPositionAnswer;
  };
  "GET /v1/audit/as-of/changes": {
    path: never;
    query: "at" | "sku" | "location" | "count" | "after" | "minSequence";
    body: undefined;
    answer: PageOfAsOfChange;
  };
  "GET /v1/audit/checkpoints": {
    path: never;
    query: "limit" | "after" | "minSequence";
    body: undefined;
    answer: CheckpointPage;
  };
  "GET /v1/audit/ledger": {
    path: never;
    query: "from" | "to" | "sku" | "location" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfLedgerPosition;
  };
  "POST /v1/audit/rebuild": {
    path: never;
    query: "sku" | "location";
    body: undefined;
    answer: Rebuilt;
  };
  "GET /v1/audit/rebuilds/{id}": {
    path: "id";
    query: "minSequence";
    body: undefined;
    answer: RebuildRun;
  };
  "POST /v1/audit/repair": {
    path: never;
    query: never;
    body: undefined;
    answer: Repaired;
  };
  "GET /v1/audit/repairs": {
    path: never;
    query: "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfAuditRepair;
  };
  "GET /v1/audit/verify": {
    path: never;
    query: "minSequence";
    body: undefined;
    answer: Verification;
  };
  "POST /v1/audit/verify": {
    path: never;
    query: never;
    body: {
      readonly number: number;
      readonly at: string;
      readonly streams: number;
      readonly events: number;
      readonly root: string;
      readonly key: string;
      readonly statement: string;
      readonly signature: string;
    };
    answer: Verification;
  };
  "GET /v1/availability/changes": {
    path: never;
    query: "channel" | "after" | "limit" | "minSequence";
    body: undefined;
    answer: ChangesAnswer;
  };
  "POST /v1/availability/pickup": {
    path: never;
    query: never;
    body: {
      readonly channel: string;
      readonly locations: readonly (string)[];
      readonly lines: readonly ({
        readonly sku: string;
        readonly quantity: number;
        readonly unit?: null | string;
      })[];
    };
    answer: PickupItems;
  };
  "POST /v1/availability/query": {
    path: never;
    query: never;
    body: {
      readonly channel: string;
      readonly skus: readonly (string)[];
    };
    answer: AvailabilityItems;
  };
  "GET /v1/availability/{sku}": {
    path: "sku";
    query: "channel" | "location" | "detail" | "explain" | "at" | "knowledge" | "minSequence";
    body: undefined;
    answer: AvailabilityAnswer;
  };
  "GET /v1/availability/{sku}/schedule": {
    path: "sku";
    query: "channel" | "location" | "days" | "need" | "explain" | "minSequence";
    body: undefined;
    answer: PromiseDateAnswer;
  };
  "GET /v1/channels": {
    path: never;
    query: "detail" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfChannelAnswer;
  };
  "GET /v1/channels/{id}": {
    path: "id";
    query: "minSequence";
    body: undefined;
    answer: ChannelAnswer;
  };
  "PUT /v1/channels/{id}": {
    path: "id";
    query: never;
    body: {
      readonly adapter: string;
      readonly settings?: null | { readonly [name: string]: unknown };
      readonly timeZone?: null | string;
      readonly rateLimit?: null | number;
      readonly minimumInterval?: null | string;
    };
    answer: ChannelAnswer;
  };
  "GET /v1/channels/{id}/dead-letters": {
    path: "id";
    query: "sku" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfPublicationShown;
  };
  "POST /v1/channels/{id}/dead-letters/replay": {
    path: "id";
    query: never;
    body: {
      readonly sku?: null | string;
      readonly skus?: readonly (string)[] | null;
    };
    answer: ReplayDeadLettersAnswer;
  };
  "GET /v1/channels/{id}/drifts": {
    path: "id";
    query: "sku" | "limit" | "minSequence";
    body: undefined;
    answer: PageOfDriftShown;
  };
  "PUT /v1/channels/{id}/locations": {
    path: "id";
    query: never;
    body: {
      readonly items: readonly ({
        readonly location: string;
        readonly theirs: string;
        readonly by?: null | string;
      })[];
    };
    answer: LocationMappingsAnswer;
  };
  "GET /v1/channels/{id}/locations": {
    path: "id";
    query: "minSequence";
    body: undefined;
    answer: PageOfLocationMapping;
  };
  "PUT /v1/channels/{id}/mappings": {
    path: "id";
    query: never;
    body: {
      readonly items: readonly ({
        readonly sku: string;
        readonly theirs: string;
        readonly by?: null | string;
      })[];
    };
    answer: MappingsAnswer;
  };
  "GET /v1/channels/{id}/mappings": {
    path: "id";
    query: "sku" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfMapping;
  };
  "GET /v1/channels/{id}/orders": {
    path: "id";
    query: "fulfilment" | "location" | "state" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfOrderListed;
  };
  "POST /v1/channels/{id}/orders": {
    path: "id";
    query: never;
    body: {
      readonly type: string;
      readonly order: string;
      readonly id?: null | string;
      readonly occurredAt?: null | string;
      readonly reservation?: null | string;
      readonly revision?: number | null;
      readonly priority?: number | null;
      readonly shipment?: null | string;
      readonly fulfilment?: null | string;
      readonly collectBy?: null | string;
      readonly location?: null | string;
      readonly status?: null | string;
      readonly unit?: null | string;
      readonly lines?: readonly ({
        readonly sku: string;
        readonly quantity: number;
        readonly location?: null | string;
        readonly status?: null | string;
        readonly unit?: null | string;
      })[] | null;
    };
    answer: OrderAnswer;
  };
  "GET /v1/channels/{id}/orders/{order}": {
    path: "id" | "order";
    query: "minSequence";
    body: undefined;
    answer: OrderShown;
  };
  "GET /v1/channels/{id}/oversells": {
    path: "id";
    query: "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfOversellShown;
  };
  "GET /v1/channels/{id}/oversells/{order}": {
    path: "id" | "order";
    query: "minSequence";
    body: undefined;
    answer: OversellReport;
  };
  "POST /v1/channels/{id}/pause": {
    path: "id";
    query: never;
    body: undefined;
    answer: ChannelAnswer;
  };
  "GET /v1/channels/{id}/promises/changes": {
    path: "id";
    query: "after" | "state" | "limit" | "minSequence";
    body: undefined;
    answer: PageOfPromiseChangeShown;
  };
  "GET /v1/channels/{id}/publications": {
    path: "id";
    query: "sku" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfPublicationShown;
  };
  "GET /v1/channels/{id}/publications/{sku}/history": {
    path: "id" | "sku";
    query: "from" | "to" | "minSequence";
    body: undefined;
    answer: PublicationHistoryAnswer;
  };
  "POST /v1/channels/{id}/republish": {
    path: "id";
    query: never;
    body: {
      readonly sku?: null | string;
      readonly skus?: readonly (string)[] | null;
      readonly skuPrefix?: null | string;
    };
    answer: RepublishAnswer;
  };
  "POST /v1/channels/{id}/resume": {
    path: "id";
    query: never;
    body: undefined;
    answer: ChannelAnswer;
  };
  "GET /v1/channels/{id}/webhooks/{adapter}": {
    path: "id" | "adapter";
    query: never;
    body: undefined;
    answer: ChallengeAnswer;
  };
  "POST /v1/channels/{id}/webhooks/{adapter}": {
    path: "id" | "adapter";
    query: never;
    body: undefined;
    answer: OrderAnswer;
  };
  "POST /v1/documents": {
    path: never;
    query: "format" | "source" | "zone" | "location" | "levels";
    body: string;
    answer: FileOutcome;
  };
  "GET /v1/documents/{id}": {
    path: "id";
    query: "limit" | "after" | "minSequence";
    body: undefined;
    answer: FileOutcome;
  };
  "GET /v1/events/{id}": {
    path: "id";
    query: "minSequence";
    body: undefined;
    answer: FoundEvent;
  };
  "GET /v1/kits": {
    path: never;
    query: "component" | "at" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfKitAnswer;
  };
  "DELETE /v1/kits/{sku}": {
    path: "sku";
    query: "reason";
    body: undefined;
    answer: KitAnswer;
  };
  "GET /v1/kits/{sku}": {
    path: "sku";
    query: "minSequence";
    body: undefined;
    answer: KitAnswer;
  };
  "PUT /v1/kits/{sku}": {
    path: "sku";
    query: never;
    body: {
      readonly components: readonly ({
        readonly sku: string;
        readonly quantity: number;
      })[];
      readonly from?: null | string;
      readonly effectiveFrom?: null | string;
      readonly effectiveTo?: null | string;
      readonly reason?: null | string;
    };
    answer: KitAnswer;
  };
  "GET /v1/kits/{sku}/history": {
    path: "sku";
    query: "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfKitAnswer;
  };
  "GET /v1/locations": {
    path: never;
    query: "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfLocationAnswer;
  };
  "PUT /v1/locations/{id}": {
    path: "id";
    query: never;
    body: {
      readonly type: string;
      readonly timeZone?: null | string;
      readonly groups?: readonly (string)[] | null;
      readonly enabled?: boolean | null;
    };
    answer: LocationAnswer;
  };
  "GET /v1/me": {
    path: never;
    query: "minSequence";
    body: undefined;
    answer: MeAnswer;
  };
  "GET /v1/messages/dead-letters": {
    path: never;
    query: "state" | "type" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfDeadLetter;
  };
  "POST /v1/messages/dead-letters/replay": {
    path: never;
    query: never;
    body: {
      readonly type?: null | string;
    };
    answer: ReplayMessagesAnswer;
  };
  "POST /v1/messages/dead-letters/{id}/discard": {
    path: "id";
    query: never;
    body: {
      readonly reason: string;
    };
    answer: DeadLetter;
  };
  "POST /v1/messages/dead-letters/{id}/replay": {
    path: "id";
    query: never;
    body: undefined;
    answer: DeadLetter;
  };
  "GET /v1/movements": {
    path: never;
    query: "source" | "id" | "sku" | "location" | "minSequence";
    body: undefined;
    answer: MovementAnswer;
  };
  "POST /v1/movements": {
    path: never;
    query: "results" | "source";
    body: {
      readonly source: string;
      readonly movements: readonly ({
        readonly id: string;
        readonly type: string;
        readonly sku: string;
        readonly location: string;
        readonly occurredAt: string;
        readonly quantity?: null | number;
        readonly document?: null | string;
        readonly status?: null | string;
        readonly reservation?: null | string;
        readonly reason?: null | string;
        readonly from?: null | string;
        readonly to?: null | string;
        readonly expectedOn?: null | string;
        readonly kind?: null | string;
        readonly confidence?: null | number;
        readonly corrects?: null | string;
        readonly declaration?: null | string;
        readonly part?: boolean | null;
        readonly orSellable?: boolean | null;
        readonly unit?: null | string;
        readonly channel?: null | string;
        readonly problem?: null | string;
        readonly row?: null | string;
      })[];
    };
    answer: BatchResult;
  };
  "GET /v1/operations": {
    path: never;
    query: "minSequence";
    body: undefined;
    answer: OperationsAnswer;
  };
  "GET /v1/operations/series": {
    path: never;
    query: "name" | "from" | "to" | "labels" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: FigureAnswer;
  };
  "GET /v1/oversells": {
    path: never;
    query: "open" | "verdict" | "channel" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfOversellListed;
  };
  "GET /v1/positions": {
    path: never;
    query: "sku" | "location" | "q" | "group" | "state" | "sort" | "limit" | "count" | "after" | "minSequence";
    body: undefined;
    answer: PageOfPositionAnswer;
  };
  "GET /v1/positions/summary": {
    path: never;
    query: "by" | "q" | "sku" | "location" | "group" | "state" | "minSequence";
    body: undefined;
    answer: PageOfPlaceSummary;
  };
  "GET /v1/positions/{sku}/series": {
    path: "sku";
    query: "from" | "to" | "knowledge" | "tz" | "minSequence";
    body: undefined;
    answer: SkuSeriesAnswer;
  };
  "GET /v1/positions/{sku}/{location}": {
    path: "sku" | "location";
    query: "at" | "knowledge" | "minSequence";
    body: undefined;
    answer: PositionAnswer;
  };
  "GET /v1/positions/{sku}/{location}/events": {
    path: "sku" | "location";
    query: "from" | "to" | "type" | "by" | "order" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfPositionEvent;
  };
  "GET /v1/positions/{sku}/{location}/series": {
    path: "sku" | "location";
    query: "from" | "to" | "knowledge" | "points" | "minSequence";
    body: undefined;
    answer: PositionSeriesAnswer;
  };
  "GET /v1/promises/at-risk": {
    path: never;
    query: "channel" | "document" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfPromiseAtRisk;
  };
  "GET /v1/publications": {
    path: never;
    query: "sku" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfPublicationOfChannel;
  };
  "GET /v1/quarantine": {
    path: never;
    query: "state" | "source" | "code" | "q" | "document" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfQuarantineEntry;
  };
  "POST /v1/quarantine/dismiss": {
    path: never;
    query: never;
    body: {
      readonly reason: string;
      readonly source?: null | string;
      readonly code?: null | string;
      readonly q?: null | string;
      readonly document?: null | string;
      readonly after?: null | string;
    };
    answer: CloseManyAnswer;
  };
  "POST /v1/quarantine/replay": {
    path: never;
    query: never;
    body: {
      readonly source?: null | string;
      readonly code?: null | string;
      readonly q?: null | string;
      readonly document?: null | string;
      readonly after?: null | string;
    };
    answer: CloseManyAnswer;
  };
  "GET /v1/quarantine/summary": {
    path: never;
    query: "state" | "minSequence";
    body: undefined;
    answer: QuarantineSummary;
  };
  "POST /v1/quarantine/{id}/dismiss": {
    path: "id";
    query: never;
    body: {
      readonly reason: string;
    };
    answer: QuarantineEntry;
  };
  "POST /v1/quarantine/{id}/reopen": {
    path: "id";
    query: never;
    body: {
      readonly reason: string;
    };
    answer: QuarantineEntry;
  };
  "POST /v1/quarantine/{id}/replay": {
    path: "id";
    query: never;
    body: {
      readonly line?: {
        readonly id: string;
        readonly type: string;
        readonly sku: string;
        readonly location: string;
        readonly occurredAt: string;
        readonly quantity?: null | number;
        readonly document?: null | string;
        readonly status?: null | string;
        readonly reservation?: null | string;
        readonly reason?: null | string;
        readonly from?: null | string;
        readonly to?: null | string;
        readonly expectedOn?: null | string;
        readonly kind?: null | string;
        readonly confidence?: null | number;
        readonly corrects?: null | string;
        readonly declaration?: null | string;
        readonly part?: boolean | null;
        readonly orSellable?: boolean | null;
        readonly unit?: null | string;
        readonly channel?: null | string;
        readonly problem?: null | string;
        readonly row?: null | string;
      };
      readonly override?: boolean | null;
    };
    answer: BatchResult;
  };
  "POST /v1/reconciliations": {
    path: never;
    query: "system" | "takenAt";
    body: {
      readonly system: string;
      readonly takenAt: string;
      readonly counts: readonly ({
        readonly sku: string;
        readonly location: string;
        readonly onHand?: null | number;
        readonly unsellable?: null | { readonly [name: string]: number };
        readonly reserved?: null | number;
        readonly unitValue?: null | number;
        readonly unit?: null | string;
      })[];
      readonly documents?: readonly ({
        readonly id: string;
        readonly type: string;
        readonly sku: string;
        readonly location: string;
        readonly quantity: number;
        readonly occurredAt: string;
        readonly status?: null | string;
        readonly from?: null | string;
        readonly to?: null | string;
        readonly unit?: null | string;
      })[] | null;
    };
    answer: ReconciliationAccepted;
  };
  "GET /v1/reconciliations": {
    path: never;
    query: "system" | "state" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfReconciliationSummary;
  };
  "GET /v1/reconciliations/accuracy": {
    path: never;
    query: "system" | "location" | "sku" | "days" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: AccuracyAnswer;
  };
  "GET /v1/reconciliations/drifts": {
    path: never;
    query: "state" | "system" | "location" | "sku" | "cause" | "from" | "to" | "newest" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfFoundDrift;
  };
  "POST /v1/reconciliations/drifts/settle": {
    path: never;
    query: never;
    body: {
      readonly decision: string;
      readonly reason: string;
      readonly drifts: readonly ({
        readonly run: string;
        readonly n: number;
      })[];
    };
    answer: SettleDriftsAnswer;
  };
  "GET /v1/reconciliations/matrix": {
    path: never;
    query: "rows" | "columns" | "system" | "days" | "minSequence";
    body: undefined;
    answer: MatrixAnswer;
  };
  "PUT /v1/reconciliations/policy": {
    path: never;
    query: never;
    body: {
      readonly grace?: null | string;
      readonly rules: readonly ({
        readonly system?: null | string;
        readonly location?: null | string;
        readonly tolerance?: null | number;
        readonly correctUpTo?: null | number;
        readonly correctUpToValue?: null | number;
        readonly secondPersonAbove?: null | number;
      })[];
    };
    answer: PolicyAnswer;
  };
  "GET /v1/reconciliations/policy": {
    path: never;
    query: "minSequence";
    body: undefined;
    answer: PolicyAnswer;
  };
  "GET /v1/reconciliations/{id}": {
    path: "id";
    query: "limit" | "after" | "action" | "minSequence";
    body: undefined;
    answer: ReconciliationAnswer;
  };
  "POST /v1/reconciliations/{id}/drifts/{n}/approve": {
    path: "id" | "n";
    query: never;
    body: {
      readonly reason: string;
    };
    answer: DriftAnswer;
  };
  "POST /v1/reconciliations/{id}/drifts/{n}/dismiss": {
    path: "id" | "n";
    query: never;
    body: {
      readonly reason: string;
    };
    answer: DriftAnswer;
  };
  "POST /v1/reconciliations/{id}/drifts/{n}/reopen": {
    path: "id" | "n";
    query: never;
    body: {
      readonly reason: string;
    };
    answer: DriftAnswer;
  };
  "POST /v1/reconciliations/{id}/drifts/{n}/revert": {
    path: "id" | "n";
    query: never;
    body: {
      readonly reason: string;
    };
    answer: DriftAnswer;
  };
  "POST /v1/reservations": {
    path: never;
    query: never;
    body: {
      readonly id: string;
      readonly channel: string;
      readonly holdFor?: null | string;
      readonly lines: readonly ({
        readonly sku: string;
        readonly quantity: number;
        readonly location?: null | string;
        readonly allowBackorder?: boolean | null;
        readonly unit?: null | string;
        readonly by?: null | string;
      })[];
      readonly priority?: number | null;
    };
    answer: ReservationShown;
  };
  "GET /v1/reservations": {
    path: never;
    query: "channel" | "state" | "sku" | "location" | "endsBefore" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfReservationShown;
  };
  "PUT /v1/reservations/{id}": {
    path: "id";
    query: "channel";
    body: {
      readonly lines: readonly ({
        readonly sku: string;
        readonly quantity: number;
        readonly location?: null | string;
        readonly allowBackorder?: boolean | null;
        readonly unit?: null | string;
        readonly by?: null | string;
      })[];
    };
    answer: ReservationShown;
  };
  "GET /v1/reservations/{id}": {
    path: "id";
    query: "channel" | "minSequence";
    body: undefined;
    answer: ReservationShown;
  };
  "POST /v1/reservations/{id}/confirm": {
    path: "id";
    query: "channel";
    body: {
      readonly step?: null | string;
      readonly lines?: readonly ({
        readonly sku: string;
        readonly quantity: number;
        readonly location?: null | string;
        readonly allowBackorder?: boolean | null;
        readonly unit?: null | string;
        readonly by?: null | string;
      })[] | null;
    };
    answer: ReservationShown;
  };
  "GET /v1/reservations/{id}/events": {
    path: "id";
    query: "channel" | "minSequence";
    body: undefined;
    answer: ReservationLifeAnswer;
  };
  "POST /v1/reservations/{id}/fulfil": {
    path: "id";
    query: "channel";
    body: {
      readonly step?: null | string;
      readonly lines?: readonly ({
        readonly sku: string;
        readonly quantity: number;
        readonly location?: null | string;
        readonly allowBackorder?: boolean | null;
        readonly unit?: null | string;
        readonly by?: null | string;
      })[] | null;
    };
    answer: ReservationShown;
  };
  "POST /v1/reservations/{id}/release": {
    path: "id";
    query: "channel";
    body: {
      readonly step?: null | string;
    };
    answer: ReservationShown;
  };
  "GET /v1/rule-proposals": {
    path: never;
    query: "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfRuleProposalAnswer;
  };
  "GET /v1/rules": {
    path: never;
    query: "kind" | "at" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfRuleAnswer;
  };
  "POST /v1/rules/preview": {
    path: never;
    query: never;
    body: {
      readonly rules: readonly ({
        readonly kind: string;
        readonly id?: null | string;
        readonly effectiveFrom?: null | string;
        readonly effectiveTo?: null | string;
        readonly reason?: null | string;
        readonly channel?: null | string;
        readonly sku?: null | string;
        readonly location?: null | string;
        readonly locationGroup?: null | string;
        readonly quantity?: null | number;
        readonly percent?: null | number;
        readonly level?: null | string;
        readonly allowed?: boolean | null;
        readonly mode?: null | string;
        readonly borrow?: boolean | null;
        readonly priority?: number | null;
        readonly releaseAt?: null | string;
        readonly buffer?: null | number;
        readonly cap?: null | number;
        readonly threshold?: null | number;
        readonly levels?: readonly ({
          readonly name: string;
          readonly upTo?: null | number;
        })[] | null;
        readonly limit?: null | number;
        readonly supplyKind?: null | string;
        readonly confidence?: null | number;
        readonly horizonDays?: number | null;
      })[];
      readonly channels?: readonly (string)[] | null;
      readonly skus?: readonly (string)[] | null;
      readonly limit?: number | null;
    };
    answer: PreviewAnswer;
  };
  "POST /v1/rules/simulate": {
    path: never;
    query: never;
    body: {
      readonly rules: readonly ({
        readonly kind: string;
        readonly id?: null | string;
        readonly effectiveFrom?: null | string;
        readonly effectiveTo?: null | string;
        readonly reason?: null | string;
        readonly channel?: null | string;
        readonly sku?: null | string;
        readonly location?: null | string;
        readonly locationGroup?: null | string;
        readonly quantity?: null | number;
        readonly percent?: null | number;
        readonly level?: null | string;
        readonly allowed?: boolean | null;
        readonly mode?: null | string;
        readonly borrow?: boolean | null;
        readonly priority?: number | null;
        readonly releaseAt?: null | string;
        readonly buffer?: null | number;
        readonly cap?: null | number;
        readonly threshold?: null | number;
        readonly levels?: readonly ({
          readonly name: string;
          readonly upTo?: null | number;
        })[] | null;
        readonly limit?: null | number;
        readonly supplyKind?: null | string;
        readonly confidence?: null | number;
        readonly horizonDays?: number | null;
      })[];
      readonly from: string;
      readonly to: string;
      readonly channels?: readonly (string)[] | null;
      readonly series?: readonly ({
        readonly channel: string;
        readonly sku: string;
      })[] | null;
    };
    answer: SimulationAnswer;
  };
  "DELETE /v1/rules/{id}": {
    path: "id";
    query: "reason";
    body: undefined;
    answer: RuleAnswer;
  };
  "PUT /v1/rules/{id}": {
    path: "id";
    query: never;
    body: {
      readonly kind: string;
      readonly id?: null | string;
      readonly effectiveFrom?: null | string;
      readonly effectiveTo?: null | string;
      readonly reason?: null | string;
      readonly channel?: null | string;
      readonly sku?: null | string;
      readonly location?: null | string;
      readonly locationGroup?: null | string;
      readonly quantity?: null | number;
      readonly percent?: null | number;
      readonly level?: null | string;
      readonly allowed?: boolean | null;
      readonly mode?: null | string;
      readonly borrow?: boolean | null;
      readonly priority?: number | null;
      readonly releaseAt?: null | string;
      readonly buffer?: null | number;
      readonly cap?: null | number;
      readonly threshold?: null | number;
      readonly levels?: readonly ({
        readonly name: string;
        readonly upTo?: null | number;
      })[] | null;
      readonly limit?: null | number;
      readonly supplyKind?: null | string;
      readonly confidence?: null | number;
      readonly horizonDays?: number | null;
    };
    answer: RuleAnswer;
  };
  "GET /v1/rules/{id}": {
    path: "id";
    query: "minSequence";
    body: undefined;
    answer: RuleAnswer;
  };
  "POST /v1/rules/{id}/approve": {
    path: "id";
    query: never;
    body: undefined;
    answer: RuleAnswer;
  };
  "GET /v1/rules/{id}/history": {
    path: "id";
    query: "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfRuleAnswer;
  };
  "DELETE /v1/rules/{id}/proposal": {
    path: "id";
    query: never;
    body: undefined;
    answer: RuleProposalAnswer;
  };
  "GET /v1/search": {
    path: never;
    query: "q" | "count" | "minSequence";
    body: undefined;
    answer: PageOfSearchHit;
  };
  "POST /v1/skus": {
    path: never;
    query: never;
    body: undefined;
    answer: SkusAnswer;
  };
  "PUT /v1/skus/{sku}": {
    path: "sku";
    query: never;
    body: {
      readonly unit?: null | string;
      readonly decimals?: number | null;
      readonly packs?: readonly ({
        readonly unit: string;
        readonly factor: number;
        readonly gtin?: null | string;
      })[] | null;
      readonly aliases?: readonly (string)[] | null;
      readonly name?: null | string;
      readonly class?: null | string;
    };
    answer: SkuAnswer;
  };
  "GET /v1/skus/{sku}": {
    path: "sku";
    query: "minSequence";
    body: undefined;
    answer: SkuAnswer;
  };
  "PUT /v1/sources/{source}": {
    path: "source";
    query: never;
    body: {
      readonly zone?: null | string;
      readonly location?: null | string;
      readonly levels?: null | string;
      readonly articles?: readonly (string)[] | null;
      readonly unmappedSkus?: null | string;
      readonly strictGtin?: boolean | null;
      readonly separateUnits?: boolean | null;
      readonly options?: null | { readonly [name: string]: string };
      readonly webhookSecret?: null | string;
      readonly webhookUrl?: null | string;
    };
    answer: SourceAnswer;
  };
  "GET /v1/sources/{source}": {
    path: "source";
    query: "minSequence";
    body: undefined;
    answer: SourceAnswer;
  };
  "PUT /v1/sources/{source}/mappings": {
    path: "source";
    query: never;
    body: {
      readonly locations?: readonly ({
        readonly theirs: string;
        readonly location: string;
      })[] | null;
      readonly skus?: readonly ({
        readonly theirs: string;
        readonly sku: string;
      })[] | null;
    };
    answer: SourceMappingsAnswer;
  };
  "GET /v1/sources/{source}/mappings": {
    path: "source";
    query: "kind" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfSourceMapping;
  };
  "GET /v1/sources/{source}/unmapped": {
    path: "source";
    query: "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfUnmappedName;
  };
  "POST /v1/sources/{source}/webhooks/{format}": {
    path: "source" | "format";
    query: never;
    body: undefined;
    answer: FileOutcome;
  };
  "GET /v1/stream": {
    path: never;
    query: "topics" | "seconds" | "minSequence";
    body: undefined;
    answer: HintAnswer;
  };
  "GET /v1/views": {
    path: never;
    query: "page" | "limit" | "after" | "minSequence";
    body: undefined;
    answer: PageOfSavedView;
  };
  "DELETE /v1/views/{id}": {
    path: "id";
    query: never;
    body: undefined;
    answer: undefined;
  };
  "GET /v1/views/{id}": {
    path: "id";
    query: "minSequence";
    body: undefined;
    answer: SavedView;
  };
  "PUT /v1/views/{id}": {
    path: "id";
    query: never;
    body: {
      readonly page: string;
      readonly query?: null | string;
      readonly title: string;
      readonly shared?: boolean | null;
    };
    answer: SavedView;
  };
}
