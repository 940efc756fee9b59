import { useEffect, useState } from "react";
import type { Call } from "../../api/types";
import { meaning, talkSeconds } from "../../phone/call-state";
import { clock } from "../shared/format";

interface CallTimerProps {
  call: Call;
  callAt: number;
  className?: string | undefined;
}

/** The seconds that count: from the far party's answer on. */
export function CallTimer({ call, callAt, className }: CallTimerProps) {
  const { counts } = meaning(call.state);
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!counts) return;
    const timer = setInterval(() => redraw((n) => n + 1), 250);
    return () => clearInterval(timer);
  }, [counts]);
  if (!counts && call.state !== "ended") return null;
  return (
    <time className={`tabular ${className ?? ""}`} data-testid="call-timer">
      {clock(talkSeconds(call, performance.now() - callAt))}
    </time>
  );
}
