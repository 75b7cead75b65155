/** What a line of an access log can say of a request. */
export const logFields = [
  'time',
  'start',
  'client',
  'address',
  'forwarded',
  'agent',
  'person',
  'method',
  'path',
  'query',
  'status',
  'duration',
  'upstream',
] as const
export type LogField = (typeof logFields)[number]

/** A unit of durations, as it is written in `--field duration=took:ms`. */
export const durationUnits = ['s', 'ms', 'us', 'ns'] as const
export type DurationUnit = (typeof durationUnits)[number]

/** A value of a line by the name of its column or key (`request.client_ip`); `null`: empty or `-`. */
export type Cells = (key: string) => string | number | null

/** What the user says of a field that has an unknown name. */
interface GivenField {
  readonly key: string
  /** Of a duration; `null`: decided like any other. */
  readonly unit: DurationUnit | null
}
export type GivenFields = ReadonlyMap<LogField, GivenField>

export const noFields: GivenFields = new Map()

/**
 * The names by which fields are known, the best one first. Case and `_ - . @ ( )` are ignored. Those of
 * nginx are its variables, those with `cs` and `sc` are of the W3C extended log file format.
 */
export const fieldNames: Readonly<
  Record<Exclude<LogField, 'duration' | 'upstream'>, readonly string[]>
> = {
  time: [
    'time',
    'ts',
    'timestamp',
    'timeiso8601',
    'timelocal',
    'msec',
    'at',
    'datetime',
    'endtime',
    'endedat',
    'finishedat',
    'completedat',
    'edgeendtimestamp',
    // API Gateway of AWS; elsewhere a duration, which its values say.
    'requesttime',
  ],
  start: [
    'startutc',
    'starttime',
    'startedat',
    'starttimestamp',
    'startlocal',
    'start',
    'requeststart',
    'requeststarttime',
    'edgestarttimestamp',
  ],
  client: ['client', 'clientid', 'session', 'sessionid', 'visitor', 'visitorid'],
  address: [
    'clientip',
    'remoteaddr',
    'remoteip',
    'clienthost',
    'clientaddr',
    'clientaddress',
    'remoteaddress',
    'remotehost',
    'cip',
    'sourceip',
    'srcip',
    'ip',
    'downstreamremoteaddress',
    'remote',
  ],
  forwarded: [
    'httptrueclientip',
    'trueclientip',
    'httpcfconnectingip',
    'cfconnectingip',
    'httpxforwardedfor',
    'xforwardedfor',
    'xff',
    'requestxforwardedfor',
    'httpxrealip',
    'xrealip',
    'realip',
    'forwardedfor',
    'fwd',
    'httpforwarded',
    'forwarded',
  ],
  agent: [
    'httpuseragent',
    'useragent',
    'requestuseragent',
    'csuseragent',
    'clientrequestuseragent',
    'agent',
    'ua',
  ],
  person: ['person', 'user', 'userid', 'remoteuser', 'clientusername', 'csusername', 'username'],
  method: ['method', 'requestmethod', 'httpmethod', 'csmethod', 'clientrequestmethod', 'verb'],
  path: [
    'requesturi',
    'originalurl',
    'uri',
    'url',
    'path',
    'requestpath',
    'requesturl',
    'resourcepath',
    'clientrequesturi',
    'urlpath',
    'uripath',
    'csuristem',
    'request',
  ],
  query: ['querystring', 'args', 'csuriquery', 'urlquery', 'query'],
  status: [
    'status',
    'statuscode',
    'responsecode',
    'httpstatus',
    'httpstatuscode',
    'responsestatus',
    'responsestatuscode',
    'resstatuscode',
    'downstreamstatus',
    'elbstatuscode',
    'edgeresponsestatus',
    'scstatus',
  ],
}

/** Names of durations without their unit; a name may end in one: `duration_ms`. */
export const durationNames: Readonly<Record<'duration' | 'upstream', readonly string[]>> = {
  duration: [
    'requesttime',
    'duration',
    'requestduration',
    'responsetime',
    'response',
    'latency',
    'elapsed',
    'elapsedtime',
    'timetaken',
    'took',
    'totaltime',
    'processingtime',
    'service',
    'responseduration',
    'reqtime',
    'rt',
    'dur',
  ],
  upstream: [
    'upstreamresponsetime',
    'upstreamservicetime',
    'upstreamtime',
    'originduration',
    'backendtime',
    'upstreamduration',
    'urt',
  ],
}

/** `http_user-agent`, `cs(User-Agent)` → one spelling. */
export const plainName = (key: string): string => key.toLowerCase().replaceAll(/[\s_.@()-]/g, '')
