/** One number: whose it is, its settings, its past. */
import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../../api/client";
import { moment } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { Link } from "../../shared/router";
import { useLanguage, useServices } from "../../shared/services";
import list from "../list.module.css";
import { Empty, ListCard } from "../parts";
import { RoutePanel } from "../routing/route-panel";
import { GoingLiveCard, type Place } from "./going-live-card";
import { HistoryCard } from "./history-card";
import classes from "./number-page.module.css";
import { numberQuery, type OurNumber } from "./numbers-api";
import { OwnerCard } from "./owner-card";
import { SettingsCard } from "./settings-card";

function Head({ number }: { number: OurNumber }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <header className={classes.head}>
      <Link href="/manage/numbers" className={classes.back} data-testid="numbers-back">
        <Icon name="back" size={18} />
        {t("manage.numbers.page.back")}
      </Link>
      <h2 className="tabular">{number.national}</h2>
      <p>
        <span className="tabular">{number.e164}</span>
        {number.label === number.e164 ? null : <span>{number.label}</span>}
        <span className={list.badge}>{t(`manage.numbers.states.${number.state}`)}</span>
        {number.groups.map((name) => (
          <span key={name} className={list.badge}>
            {name}
          </span>
        ))}
      </p>
      {number.cool_until ? (
        <p className={classes.cooling}>
          <Icon name="clock" size={17} />
          {t("manage.numbers.page.cooling", {
            when: moment(number.cool_until, language),
            what: t(`manage.numbers.form.coolDowns.${number.cool_down}`),
          })}
        </p>
      ) : null}
      {number.warnings.length > 0 ? (
        <ul className={classes.warnings} data-testid="number-warnings">
          {number.warnings.map((warning) => (
            <li key={warning.id} data-warning={warning.id}>
              <Icon name="alert" size={17} />
              {warning.text}
            </li>
          ))}
        </ul>
      ) : null}
    </header>
  );
}

export function NumberPage({ e164 }: { e164: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data, error, isPending, refetch } = useQuery(numberQuery(api, e164));
  const [tab, setTab] = useState<string | null>("owner");
  const tabs = useRef<HTMLDivElement>(null);
  if (error instanceof ApiError && error.status === 404) {
    return (
      <>
        <Link href="/manage/numbers" className={classes.back}>
          <Icon name="back" size={18} />
          {t("manage.numbers.page.back")}
        </Link>
        <Empty
          icon="hash"
          title={t("manage.numbers.page.unknown")}
          hint={t("manage.numbers.page.unknownHint")}
        />
      </>
    );
  }
  if (!data) {
    return (
      <ListCard loading={isPending} error={error} retry={() => void refetch()} empty={null}>
        {null}
      </ListCard>
    );
  }
  const { number } = data;
  const go = (place: Place) => {
    setTab(place);
    tabs.current?.scrollIntoView();
    tabs.current?.querySelector<HTMLElement>(`[data-testid="tab-${place}"]`)?.focus();
  };
  return (
    <div data-testid={`number-page-${number.e164}`}>
      <Head number={number} />
      <GoingLiveCard e164={number.e164} onGo={go} />
      <Tabs ref={tabs} value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List className={classes.tabs ?? ""}>
          <Tabs.Tab value="owner" data-testid="tab-owner">
            {t("manage.numbers.page.tabs.owner")}
          </Tabs.Tab>
          <Tabs.Tab value="settings" data-testid="tab-settings">
            {t("manage.numbers.page.tabs.settings")}
          </Tabs.Tab>
          <Tabs.Tab value="route" data-testid="tab-route">
            {t("manage.routing.title")}
          </Tabs.Tab>
          <Tabs.Tab value="history" data-testid="tab-history">
            {t("manage.numbers.page.tabs.history")}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="owner">
          <div className={list.card}>
            <OwnerCard number={number} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <div className={list.card}>
            <SettingsCard key={number.e164} number={number} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="route">
          <RoutePanel e164={number.e164} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <div className={list.card}>
            <HistoryCard detail={data} />
          </div>
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
