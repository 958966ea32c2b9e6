/** Counts requests by client. One counter a rule and key; what has run out is forgotten. */
export interface Verdict {
  exceeded: boolean;
  /** Seconds until another request is let through. */
  retryAfterSeconds: number;
}

export interface Limiter {
  take(key: string): Verdict;
}

interface Window {
  ends: number;
  count: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const WITHIN: Verdict = { exceeded: false, retryAfterSeconds: 0 };

/** `now` is in milliseconds. */
export function createLimiter(algorithm: string, limit: number, windowSeconds: number, now: () => number): Limiter {
  return algorithm === "token_bucket" ? tokenBucket(limit, windowSeconds, now) : fixedWindow(limit, windowSeconds, now);
}

function fixedWindow(limit: number, windowSeconds: number, now: () => number): Limiter {
  const windows = new Map<string, Window>();
  let sweepAt = now() + windowSeconds * 1000;
  return {
    take(key) {
      const time = now();
      if (time >= sweepAt) {
        for (const [known, { ends }] of windows) if (ends <= time) windows.delete(known);
        sweepAt = time + windowSeconds * 1000;
      }
      const current = windows.get(key);
      if (!current || current.ends <= time) {
        windows.set(key, { ends: time + windowSeconds * 1000, count: 1 });
        return limit < 1 ? { exceeded: true, retryAfterSeconds: windowSeconds } : WITHIN;
      }
      current.count++;
      if (current.count <= limit) return WITHIN;
      return { exceeded: true, retryAfterSeconds: Math.max(1, Math.ceil((current.ends - time) / 1000)) };
    },
  };
}

function tokenBucket(limit: number, windowSeconds: number, now: () => number): Limiter {
  const buckets = new Map<string, Bucket>();
  const perMillisecond = limit / (windowSeconds * 1000);
  return {
    take(key) {
      const time = now();
      const bucket = buckets.get(key) ?? { tokens: limit, at: time };
      bucket.tokens = Math.min(limit, bucket.tokens + (time - bucket.at) * perMillisecond);
      bucket.at = time;
      buckets.set(key, bucket);
      if (bucket.tokens >= 1) {
        bucket.tokens--;
        return WITHIN;
      }
      return { exceeded: true, retryAfterSeconds: Math.max(1, Math.ceil((1 - bucket.tokens) / perMillisecond / 1000)) };
    },
  };
}
