/** The pages of those who run the telephones. */
import { Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import "../../i18n/manage";
import { PageLoading } from "../desk/page-loading";
import { Icon } from "../shared/icons";
import { Link } from "../shared/router";
import { useMe } from "../shared/services";
import "./mantine.css";
import classes from "./management-page.module.css";
import { type SectionName, section, sectionsFor } from "./sections";

/** On a telephone the sections are a strip that scrolls: the chosen one has to be seen. */
function useChosenInView(chosen: SectionName) {
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen link is another one then
  useEffect(() => {
    const link = nav.current?.querySelector("[aria-current=page]");
    link?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [chosen]);
  return nav;
}

export function ManagementPage({ path }: { path: string }) {
  const { t } = useTranslation();
  const name = path.split("/")[2];
  const sections = sectionsFor(useMe());
  const chosen = sections.find((each) => each === name) ?? sections[0] ?? "numbers";
  const Content = section(chosen).page;
  const nav = useChosenInView(chosen);
  return (
    <div className={classes.page}>
      <nav ref={nav} className={classes.nav} aria-label={t("manage.title")}>
        {sections.map((each) => (
          <Link
            key={each}
            href={`/manage/${each}`}
            aria-current={each === chosen ? "page" : undefined}
            data-testid={`manage-${each}`}
          >
            <Icon name={section(each).icon} size={19} />
            {t(`manage.${each}.title`)}
          </Link>
        ))}
      </nav>
      <div className={classes.content}>
        <header className={classes.head}>
          <h1>{t(`manage.${chosen}.title`)}</h1>
          <p>{t(`manage.${chosen}.intro`)}</p>
        </header>
        <Suspense fallback={<PageLoading />}>
          <Content key={chosen} />
        </Suspense>
      </div>
    </div>
  );
}
