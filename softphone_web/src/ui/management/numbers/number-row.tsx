/** A number in the list: what it is, whose it is, and the quickest way to hand it over. */
import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { UserView } from "../../../api/types";
import { moment } from "../../shared/format";
import { Link } from "../../shared/router";
import { useLanguage } from "../../shared/services";
import list from "../list.module.css";
import { type OurNumber, type Owner, ownerOf } from "./numbers-api";
import classes from "./numbers-list.module.css";
import { choiceOf, ownerFrom, ownerName, ownerOptions } from "./owner";
import { Choose } from "./several-bar";
import type { HandOver } from "./use-assign";

interface NumberRowProps {
  number: OurNumber;
  users: readonly UserView[];
  /** The hand-over on its way, of whichever number. */
  pending: HandOver | null | undefined;
  onAssign: (owner: Owner) => void;
}

function Badges({ number }: { number: OurNumber }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [plan] = number.planned;
  const warnings = number.warnings.length;
  return (
    <>
      {number.head_office && number.label !== t("manage.numbers.headOffice") ? (
        <span className={list.badge}>{t("manage.numbers.headOffice")}</span>
      ) : null}
      {number.state === "ours" ? null : (
        <span className={list.badge}>{t(`manage.numbers.states.${number.state}`)}</span>
      )}
      {number.groups.map((name) => (
        <span key={name} className={list.badge}>
          {name}
        </span>
      ))}
      {plan ? (
        <span className={list.badge} data-tone="good">
          {t("manage.numbers.owner.planLine", {
            when: moment(plan.at, language),
            name: ownerName(t, plan),
          })}
        </span>
      ) : null}
      {number.going_live === "live" ? null : (
        <span
          className={list.badge}
          data-tone={number.going_live === "changed" ? "wait" : undefined}
          data-testid={`number-${number.going_live}`}
        >
          {t(`manage.numbers.goingLive.badges.${number.going_live}`)}
        </span>
      )}
      {warnings > 0 ? (
        <span
          className={list.badge}
          data-tone="wait"
          title={number.warnings.map((warning) => warning.text).join("\n")}
        >
          {t("manage.numbers.warnings", { count: warnings })}
        </span>
      ) : null}
    </>
  );
}

export function NumberRow({ number, users, pending, onAssign }: NumberRowProps) {
  const { t } = useTranslation();
  const live = users.find((each) => each.email === number.user)?.live ?? false;
  const rings = number.user || number.head_office || number.at_head_office;
  const what = [
    rings ? t("manage.numbers.ring", { seconds: number.ring_seconds }) : t("manage.numbers.nobody"),
    number.show_as_caller_id ? t("manage.numbers.ownShown") : null,
  ];
  const mine = pending?.number.e164 === number.e164 ? pending : null;
  const owner = mine ? mine.owner : ownerOf(number);
  const liveText = t(live ? "manage.numbers.live" : "manage.numbers.away");
  return (
    <li className={`${list.row} ${classes.row}`} data-testid={`number-row-${number.e164}`}>
      <Choose number={number} />
      <Link
        className={`${list.two} ${classes.number}`}
        href={`/manage/numbers/${encodeURIComponent(number.e164)}`}
        data-testid={`number-link-${number.e164}`}
      >
        <strong className="tabular">{number.national}</strong>
        <small className="tabular">{number.e164}</small>
      </Link>
      <div className={`${list.two} ${list.grow}`}>
        <span className={classes.label}>
          {/* Without a name of its own a number is called by itself. */}
          {number.label === number.e164 ? t("manage.numbers.unnamed") : number.label}
          <Badges number={number} />
        </span>
        <small>{what.filter(Boolean).join(" · ")}</small>
      </div>
      <div className={classes.who}>
        <span
          className={classes.dot}
          data-live={number.user ? live : undefined}
          role="img"
          aria-label={liveText}
          title={number.user ? liveText : undefined}
        />
        <NativeSelect
          className={classes.select}
          data-testid={`assign-select-${number.e164}`}
          aria-label={t("manage.numbers.assignFor", { number: number.national })}
          value={choiceOf(owner)}
          onChange={(event) => onAssign(ownerFrom(event.currentTarget.value))}
          data={ownerOptions(t, users, owner)}
        />
      </div>
    </li>
  );
}
