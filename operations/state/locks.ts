/** Who holds a stack's lock, and whether it may be taken away: only from what is certainly dead. */

export interface LockOwner {
  pid: number;
  username: string;
  hostname: string;
  /** RFC 3339 */
  timestamp: string;
  /** `owner/repository/actions/runs/ID`, where the lock was taken by a run of CI. */
  run?: string;
}

export interface Surroundings {
  hostname: string;
  now: Date;
  isAlive(pid: number): boolean;
  /** Whether a run of CI is over; `undefined` when the host could not be asked. */
  runIsOver(run: string): Promise<boolean | undefined>;
}

export interface LockVerdict {
  owner: LockOwner;
  ageMinutes: number;
  /** `release`: the holder is gone for certain; `keep`: it may be at work. */
  action: "release" | "keep";
  reason: string;
}

export async function judgeLock(owner: LockOwner, around: Surroundings): Promise<LockVerdict> {
  const ageMinutes = Math.max(0, Math.round((around.now.getTime() - Date.parse(owner.timestamp)) / 60_000));
  const verdict = (action: LockVerdict["action"], reason: string): LockVerdict => ({
    owner,
    ageMinutes,
    action,
    reason,
  });
  if (owner.run !== undefined) {
    const over = await around.runIsOver(owner.run);
    if (over) return verdict("release", `the run ${owner.run} is over`);
    return verdict(
      "keep",
      over === false ? `the run ${owner.run} is still going` : `the run ${owner.run} could not be asked about`,
    );
  }
  if (owner.hostname !== around.hostname) {
    return verdict("keep", `held by ${owner.username} on ${owner.hostname}: ask them; age says nothing about a person`);
  }
  if (around.isAlive(owner.pid))
    return verdict("keep", `process ${owner.pid} of ${owner.username} is running on this host`);
  return verdict("release", `process ${owner.pid} of this host is gone`);
}
