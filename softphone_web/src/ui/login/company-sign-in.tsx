/** Signing in with the company's own account, where that is set up; and why it failed. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import buttons from "../shared/button.module.css";
import { useLanguage, useServices } from "../shared/services";
import { ErrorBox } from "../shared/trouble";
import classes from "./login-page.module.css";

/** The page that was asked for, to come back to. */
const here = () => {
  const { pathname, search } = window.location;
  return pathname === "/login" ? "/call" : pathname + search;
};

export function CompanySignIn() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const trouble = new URLSearchParams(window.location.search).get("trouble");
  const ways = useQuery({
    queryKey: ["sign-in-ways", trouble, language],
    queryFn: () => api.signInWays(trouble),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const label = ways.data?.single_sign_on;
  return (
    <>
      {trouble && ways.data ? (
        <ErrorBox errorId={trouble}>{ways.data.trouble ?? t("errors.unexpected")}</ErrorBox>
      ) : null}
      {label ? (
        <>
          <p className={classes.or}>{t("login.or")}</p>
          <a
            className={`${buttons.secondary} ${classes.submit}`}
            href={`/api/v1/session/oidc?to=${encodeURIComponent(here())}`}
            data-testid="company-sign-in"
          >
            {t("login.with", { label })}
          </a>
        </>
      ) : null}
    </>
  );
}
