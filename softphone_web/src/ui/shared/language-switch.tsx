import { useTranslation } from "react-i18next";
import type { Language } from "../../api/types";
import { Segments } from "./segments";

interface LanguageSwitchProps {
  value: Language;
  onChange: (language: Language) => void;
}

const LANGUAGES = [
  { value: "de", label: "Deutsch" },
  { value: "en", label: "English" },
] as const;

export function LanguageSwitch({ value, onChange }: LanguageSwitchProps) {
  const { t } = useTranslation();
  return (
    <Segments label={t("menu.language")} value={value} options={LANGUAGES} onChange={onChange} />
  );
}
