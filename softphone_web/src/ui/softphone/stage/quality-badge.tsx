/** How the call sounds, in three bars and a word; the figures are one look further. */
import { useTranslation } from "react-i18next";
import { usePhone } from "../../shared/services";
import classes from "./quality-badge.module.css";

const BARS = { good: 3, fair: 2, bad: 1 } as const;

export function QualityBadge() {
  const { t } = useTranslation();
  const { quality } = usePhone();
  if (!quality) return null;
  const { level, mos, jitterMs, rttMs, lossPercent, relay } = quality;
  const figures = t("stage.quality.figures", {
    mos: mos.toFixed(1),
    jitter: Math.round(jitterMs),
    rtt: rttMs === null ? "–" : Math.round(rttMs),
    loss: lossPercent.toFixed(1),
  });
  const title = relay ? `${figures} · ${t("stage.quality.relay")}` : figures;
  return (
    <span
      className={classes.badge}
      data-testid="quality-badge"
      data-level={level}
      title={title}
      role="img"
      aria-label={`${t("stage.quality.label")}: ${t(`stage.quality.${level}`)}`}
    >
      <svg width="16" height="14" viewBox="0 0 16 14" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={bar * 6}
            y={9 - bar * 4}
            width="4"
            height={5 + bar * 4}
            rx="1.2"
            opacity={bar < BARS[level] ? 1 : 0.3}
          />
        ))}
      </svg>
      {t(`stage.quality.${level}`)}
    </span>
  );
}
