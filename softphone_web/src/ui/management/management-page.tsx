/** The pages of those who run the telephones. */
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Icon, type IconName } from "../shared/icons";
import { Link } from "../shared/router";
import "./mantine.css";
import { CallsPage } from "./calls-page";
import { CountriesPage } from "./countries-page";
import classes from "./management-page.module.css";
import { NumbersPage } from "./numbers-page";
import { SecondsPage } from "./seconds-page";
import { VoicemailsPage } from "./voicemails-page";

const SECTIONS = ["numbers", "voicemails", "calls", "countries", "seconds"] as const;
type Section = (typeof SECTIONS)[number];

const ICONS: Record<Section, IconName> = {
  numbers: "hash",
  voicemails: "voicemail",
  calls: "list",
  countries: "globe",
  seconds: "sum",
};

const PAGES: Record<Section, () => React.JSX.Element> = {
  numbers: NumbersPage,
  voicemails: VoicemailsPage,
  calls: CallsPage,
  countries: CountriesPage,
  seconds: SecondsPage,
};

/** On a telephone the sections are a strip that scrolls: the chosen one has to be seen. */
function useChosenInView(section: Section) {
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen link is another one then
  useEffect(() => {
    const chosen = nav.current?.querySelector("[aria-current=page]");
    chosen?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [section]);
  return nav;
}

export function ManagementPage({ path }: { path: string }) {
  const { t } = useTranslation();
  const name = path.split("/")[2];
  const section = SECTIONS.find((each) => each === name) ?? "numbers";
  const Content = PAGES[section];
  const nav = useChosenInView(section);
  return (
    <div className={classes.page}>
      <nav ref={nav} className={classes.nav} aria-label={t("manage.title")}>
        {SECTIONS.map((each) => (
          <Link
            key={each}
            href={`/manage/${each}`}
            aria-current={each === section ? "page" : undefined}
            data-testid={`manage-${each}`}
          >
            <Icon name={ICONS[each]} size={19} />
            {t(`manage.${each}.title`)}
          </Link>
        ))}
      </nav>
      <div className={classes.content}>
        <header className={classes.head}>
          <h1>{t(`manage.${section}.title`)}</h1>
          <p>{t(`manage.${section}.intro`)}</p>
        </header>
        <Content />
      </div>
    </div>
  );
}
