/** One order as the board shows it. */
import { useTranslation } from "react-i18next";
import { date, initials } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { Link } from "../../shared/router";
import { useLanguage } from "../../shared/services";
import { useEuros } from "../billing/use-euros";
import list from "../list.module.css";
import classes from "./addons.module.css";
import type { Card } from "./addons-api";

const TEST_TONES = { running: "wait", passed: "good", failed: "bad" } as const;

function Badges({ card }: { card: Card }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <span className={classes.badges}>
      {card.kind === "change" ? (
        <span className={list.badge}>{t("manage.addons.kinds.change")}</span>
      ) : null}
      {card.state === "open" ? null : (
        <span className={list.badge} data-tone={card.state === "done" ? "good" : "bad"}>
          {t(`manage.addons.states.${card.state}`)}
        </span>
      )}
      {card.test_call ? (
        <span className={list.badge} data-tone={TEST_TONES[card.test_call]}>
          {t(`manage.addons.test.${card.test_call}`)}
        </span>
      ) : null}
      {card.escalated_at ? (
        <span className={list.badge} data-tone="bad" data-testid="escalated">
          {t("manage.addons.escalated")}
        </span>
      ) : card.reminded_at ? (
        <span className={list.badge} data-tone="wait" data-testid="reminded">
          {t("manage.addons.reminded")}
        </span>
      ) : null}
      {card.due_on ? (
        <span className={list.badge} data-tone={card.late ? "bad" : undefined}>
          {t("manage.addons.due", { day: date(card.due_on, language) })}
        </span>
      ) : null}
    </span>
  );
}

export function OrderCard({ card }: { card: Card }) {
  const { t } = useTranslation();
  const euros = useEuros();
  const owner = card.owner?.name;
  return (
    <li>
      <Link
        href={`/manage/addons/${card.id}`}
        className={classes.card}
        data-testid={`order-${card.number}`}
        data-step={card.next_step ?? undefined}
      >
        <span className={classes.cardHead}>
          <strong>{card.customer}</strong>
          <small className="tabular">{card.number}</small>
        </span>
        <span>{card.option_name}</span>
        <Badges card={card} />
        <span className={classes.cardFoot}>
          <span className={classes.bar} aria-hidden="true">
            <span style={{ width: `${(card.steps_done * 100) / Math.max(1, card.steps)}%` }} />
          </span>
          <small className="tabular">
            {t("manage.addons.progress", { done: card.steps_done, all: card.steps })}
          </small>
          <small className="tabular">{card.kind === "booking" ? euros(card.total) : null}</small>
          {owner ? (
            <span className={classes.face} role="img" aria-label={owner} title={owner}>
              {initials(owner)}
            </span>
          ) : (
            <span
              className={classes.face}
              data-none
              role="img"
              aria-label={t("manage.addons.nobody")}
              title={t("manage.addons.nobody")}
            >
              <Icon name="people" size={15} />
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}
