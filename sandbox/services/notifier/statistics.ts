/**
 * Reads a metric's statistics by the older query protocol: in the JSON that the SDK speaks by now, the emulator writes
 * timestamps that the SDK cannot read.
 */
export interface StatisticsRequest {
  namespace: string;
  metric: string;
  dimensions: readonly { name: string; value: string }[];
  periodSeconds: number;
  /** `Sum`, `Average`, … or a percentile such as `p95`. */
  statistic: string;
  start: Date;
  end: Date;
}

export interface Source {
  endpoint: string;
  region: string;
  accountId: string;
}

const BASIC = new Set(["Average", "Sum", "Minimum", "Maximum", "SampleCount"]);

export async function fetchStatistics(
  source: Source,
  request: StatisticsRequest,
): Promise<{ at: Date; value: number }[]> {
  const form = new URLSearchParams({
    Action: "GetMetricStatistics",
    Version: "2010-08-01",
    Namespace: request.namespace,
    MetricName: request.metric,
    Period: String(request.periodSeconds),
    StartTime: request.start.toISOString(),
    EndTime: request.end.toISOString(),
    [`${BASIC.has(request.statistic) ? "" : "Extended"}Statistics.member.1`]: request.statistic,
  });
  request.dimensions.forEach(({ name, value }, index) => {
    form.set(`Dimensions.member.${index + 1}.Name`, name);
    form.set(`Dimensions.member.${index + 1}.Value`, value);
  });
  const credential = `${source.accountId}/20200101/${source.region}/monitoring/aws4_request`;
  const response = await fetch(source.endpoint, {
    method: "POST",
    body: form,
    headers: { Authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=local` },
    signal: AbortSignal.timeout(5_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`GetMetricStatistics answered ${response.status}`);
  return datapoints(text, request.statistic);
}

function datapoints(xml: string, statistic: string): { at: Date; value: number }[] {
  return [...xml.matchAll(/<member>([\s\S]*?)<\/member>/g)].flatMap(([, member = ""]) => {
    const at = /<Timestamp>([^<]+)<\/Timestamp>/.exec(member)?.[1];
    const value = BASIC.has(statistic)
      ? new RegExp(`<${statistic}>([^<]+)</${statistic}>`).exec(member)?.[1]
      : /<value>([^<]+)<\/value>/.exec(member)?.[1];
    return at === undefined || value === undefined ? [] : [{ at: new Date(at), value: Number(value) }];
  });
}
