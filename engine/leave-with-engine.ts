/**
 * A module for `node --import`, with a channel to the engine (`stdio: [..., "ipc"]`): without it a provider or a policy
 * pack would outlive an engine that was killed, since the channel closes with its other end. The channel alone must not
 * keep a process alive whose entry failed.
 */
export const leaveWithEngine =
  'data:text/javascript,process.on("disconnect",()=>process.exit(0));process.channel?.unref()';
