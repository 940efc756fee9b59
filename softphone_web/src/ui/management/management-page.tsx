/** The pages of those who run the telephones. */
import { Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import "../../i18n/manage";
import { PageLoading } from "../desk/page-loading";
import { Icon } from "../shared/icons";
import { Link, navigate } from "../shared/router";
import { useMe } from "../shared/services";
import "./mantine.css";
import classes from "./management-page.module.css";
import { grouped, type SectionName, section, sectionsFor } from "./sections";

interface NavigationProps {
  sections: readonly SectionName[];
  chosen: SectionName;
}

/** Beside the page: groups of links. More of them than fit can be scrolled. */
function SideNavigation({ sections, chosen }: NavigationProps) {
  const { t } = useTranslation();
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen link is another one then
  useEffect(() => {
    const link = nav.current?.querySelector("[aria-current=page]");
    link?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <nav ref={nav} className={classes.nav} aria-label={t("manage.title")}>
      {grouped(sections).map(([group, names]) => (
        <div key={group}>
          <h2 id={`group-${group}`}>{t(`manage.groups.${group}`)}</h2>
          <ul aria-labelledby={`group-${group}`}>
            {names.map((each) => (
              <li key={each}>
                <Link
                  href={`/manage/${each}`}
                  aria-current={each === chosen ? "page" : undefined}
                  data-testid={`manage-${each}`}
                >
                  <Icon name={section(each).icon} size={19} />
                  {t(`manage.${each}.title`)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** On a telephone: the list that the telephone itself draws. */
function SmallNavigation({ sections, chosen }: NavigationProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.small}>
      <select
        aria-label={t("manage.section")}
        data-testid="manage-sections"
        value={chosen}
        onChange={(event) => navigate(`/manage/${event.currentTarget.value}`)}
      >
        {grouped(sections).map(([group, names]) => (
          <optgroup key={group} label={t(`manage.groups.${group}`)}>
            {names.map((each) => (
              <option key={each} value={each}>
                {t(`manage.${each}.title`)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <Icon name="chevron" size={17} />
    </div>
  );
}

export function ManagementPage({ path }: { path: string }) {
  const { t } = useTranslation();
  const name = path.split("/")[2];
  const sections = sectionsFor(useMe());
  const chosen = sections.find((each) => each === name) ?? sections[0] ?? "numbers";
  const Content = section(chosen).page;
  return (
    <div className={classes.page}>
      <SmallNavigation sections={sections} chosen={chosen} />
      <SideNavigation sections={sections} chosen={chosen} />
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
