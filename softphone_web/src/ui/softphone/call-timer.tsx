import { useEffect, useState } from "react";
import type { Call } from "../../api/types";
import { meaning, talkSeconds } from "../../phone/call-state";
import { clock } from "../shared/format";

interface CallTimerProps {
  call: Call;
  callAt: number;
  className?: string | undefined;
  testId?: string;
}

/** The seconds that count: from the far party's answer on. */
export function CallTimer({ call, callAt, className, testId = "call-timer" }: CallTimerProps) {
  const { counts } = meaning(call.state);
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!counts) return;
    const timer = setInterval(() => redraw((n) => n + 1), 250);
    return () => clearInterval(timer);
  }, [counts]);
  if (!counts && call.state !== "ended") return null;
  // A call between colleagues has no billed seconds: then the wall clock has to do.
  const since = call.answered_at ? (Date.now() - Date.parse(call.answered_at)) / 1000 : 0;
  const seconds =
    call.direction === "internal" && counts ? since : talkSeconds(call, performance.now() - callAt);
  return (
    <time className={`tabular ${className ?? ""}`} data-testid={testId}>
      {clock(seconds)}
    </time>
  );
}
