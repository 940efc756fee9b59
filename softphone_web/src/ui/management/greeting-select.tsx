/** Which greeting a number plays: the shipped one, or one of the library. */
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useServices } from "../shared/services";
import { greetingsQuery } from "./greetings-api";

interface GreetingSelectProps {
  /** A number's `greeting`; null: the shipped one. */
  value: string | null;
  onChange: (value: string | null) => void;
  label?: string;
  className?: string;
  disabled?: boolean;
}

export function GreetingSelect({
  value,
  onChange,
  label,
  className,
  disabled,
}: GreetingSelectProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery(greetingsQuery(api));
  const options = (data?.items ?? []).map((greeting) => {
    const valid = greeting.versions.some((version) => version.state === "current");
    return {
      value: greeting.reference,
      label: valid ? greeting.name : t("manage.greetings.notReady", { name: greeting.name }),
      // The server refuses it as well: callers would hear the shipped one.
      disabled: !valid && greeting.reference !== value,
    };
  });
  // A file that lies in the greetings' folder, or one that is just being loaded.
  const known = value === null || options.some((option) => option.value === value);
  const other = known ? [] : [{ value: value ?? "", label: data ? (value ?? "") : "…" }];
  return (
    <NativeSelect
      className={className ?? ""}
      data-testid="greeting-select"
      label={label ?? t("manage.greetings.select")}
      disabled={disabled ?? false}
      value={value ?? ""}
      onChange={(event) => onChange(event.currentTarget.value || null)}
      data={[{ value: "", label: t("manage.greetings.shipped") }, ...options, ...other]}
    />
  );
}
