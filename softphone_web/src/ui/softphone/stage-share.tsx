/** The phone share of the task while it is talked on: a thin bar and what it means. */
import { levelOf } from "./share-level";
import classes from "./stage-share.module.css";
import { useShare } from "./use-share";
import { useShareFigures, useShareForecast } from "./use-share-words";

export function StageShare({ task }: { task: string }) {
  const share = useShare(task);
  const figures = useShareFigures();
  const forecast = useShareForecast();
  if (!share) return <span className={classes.share} />;
  const filled = share.included_seconds > 0 ? share.phone_seconds / share.included_seconds : 0;
  const level = levelOf(share);
  return (
    <span className={classes.share} data-level={level} data-testid="stage-share">
      <span className={classes.bar}>
        <span style={{ width: `${Math.min(1, filled) * 100}%` }} />
      </span>
      <span className="tabular">{figures(share)}</span>
      {/* Read aloud when a limit is passed, not every second. */}
      <span className={classes.forecast} aria-live={level === "fine" ? "off" : "polite"}>
        {level === "fine" ? "" : forecast(share, true)}
      </span>
    </span>
  );
}
