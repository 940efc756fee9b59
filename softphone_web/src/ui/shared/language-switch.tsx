import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Language } from "../../api/types";

interface LanguageSwitchProps {
  value: Language;
  onChange: (language: Language) => void;
}

export function LanguageSwitch({ value, onChange }: LanguageSwitchProps) {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      aria-label={t("menu.language")}
      size="xs"
      value={value}
      onChange={(next) => onChange(next === "en" ? "en" : "de")}
      data={[
        { value: "de", label: "Deutsch" },
        { value: "en", label: "English" },
      ]}
    />
  );
}
