/** What connects the exchange with other programs: webhooks, their log, texts for customers. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Segments } from "../../shared/segments";
import { Deliveries } from "./deliveries";
import { Endpoints } from "./endpoints";
import classes from "./integration.module.css";
import { Templates } from "./templates";

const PARTS = ["endpoints", "deliveries", "templates"] as const;
type Part = (typeof PARTS)[number];

export function IntegrationPage() {
  const { t } = useTranslation();
  const [part, setPart] = useState<Part>("endpoints");
  return (
    <>
      <div className={classes.parts}>
        <Segments
          label={t("manage.integration.title")}
          value={part}
          options={PARTS.map((value) => ({ value, label: t(`manage.integration.parts.${value}`) }))}
          onChange={setPart}
        />
      </div>
      {part === "endpoints" ? <Endpoints /> : null}
      {part === "deliveries" ? <Deliveries /> : null}
      {part === "templates" ? <Templates /> : null}
    </>
  );
}
