/** What a minute costs, by country and type of number. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Page } from "../../api/types";
import buttons from "../shared/button.module.css";
import { decimal } from "../shared/format";
import { Icon } from "../shared/icons";
import { countriesQuery } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { countryKeys, type Price, type PricePut, pricesQuery } from "./country-api";
import classes from "./limits-page.module.css";

const TYPES = ["", "fixed", "mobile", "fixed_or_mobile", "voip"] as const;

function usePut() {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ price }: { price: PricePut; before?: PricePut }) =>
      api.send<Page<Price>>("PUT", "/prices", price),
    onSuccess: (page, { before }) => {
      queries.setQueryData(countryKeys.prices, page);
      void queries.invalidateQueries({ queryKey: countryKeys.limits });
      tell(t("manage.limits.saved"), before ? () => mutation.mutate({ price: before }) : undefined);
    },
    onError: (error) => warn(errorText(error)),
  });
  return mutation;
}

export function Prices() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const prices = useQuery(pricesQuery(api)).data?.items ?? [];
  const countries = useQuery(countriesQuery(api)).data?.items ?? [];
  const put = usePut();
  const [country, setCountry] = useState("");
  const [type, setType] = useState<PricePut["type"]>("");
  const [value, setValue] = useState("");
  const typeName = (name: string) =>
    name === ""
      ? t("manage.limits.everyType")
      : t(`manage.limits.typeNames.${name as Exclude<PricePut["type"], "">}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate({ price: { country, type, per_minute: value.trim() } });
    setValue("");
  };
  return (
    <section className={classes.card} data-testid="prices">
      <h2>{t("manage.limits.prices")}</h2>
      <p>{t("manage.limits.pricesHint")}</p>
      <table className={classes.prices}>
        <thead>
          <tr>
            <th>{t("manage.limits.country")}</th>
            <th>{t("manage.limits.type")}</th>
            <th>{t("manage.limits.price")}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {prices.map((price) => {
            const name = price.country_name || t("manage.limits.everywhere");
            const kept = price as PricePut;
            return (
              <tr key={`${price.country} ${price.type}`}>
                <td>{name}</td>
                <td>{typeName(price.type)}</td>
                <td className="tabular">{decimal(price.per_minute, language)}</td>
                <td>
                  <button
                    type="button"
                    className={classes.icon}
                    aria-label={t("manage.limits.removePrice", {
                      name: `${name}, ${typeName(price.type)}`,
                    })}
                    onClick={() =>
                      put.mutate({
                        price: { country: kept.country, type: kept.type, per_minute: null },
                        before: {
                          country: kept.country,
                          type: kept.type,
                          per_minute: kept.per_minute,
                        },
                      })
                    }
                  >
                    <Icon name="trash" size={18} />
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <form className={classes.fields} onSubmit={submit}>
        <label className={classes.field} htmlFor="price-country">
          {t("manage.limits.country")}
          <select
            id="price-country"
            value={country}
            onChange={(event) => setCountry(event.currentTarget.value)}
          >
            <option value="">{t("manage.limits.everywhere")}</option>
            {countries.map((each) => (
              <option key={each.code} value={each.code}>
                {each.name}
              </option>
            ))}
          </select>
        </label>
        <label className={classes.field} htmlFor="price-type">
          {t("manage.limits.type")}
          <select
            id="price-type"
            value={type}
            onChange={(event) => setType(event.currentTarget.value as PricePut["type"])}
          >
            {TYPES.map((each) => (
              <option key={each} value={each}>
                {typeName(each)}
              </option>
            ))}
          </select>
        </label>
        <label className={classes.field} htmlFor="price-value">
          {t("manage.limits.price")}
          <input
            id="price-value"
            data-testid="price-value"
            inputMode="decimal"
            maxLength={16}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
        </label>
        <button
          type="submit"
          className={buttons.secondary}
          data-testid="price-save"
          disabled={put.isPending || value.trim() === ""}
        >
          {t("manage.limits.addPrice")}
        </button>
      </form>
    </section>
  );
}
