/** The app's parts for the view. */
import { createContext, type ReactNode, useContext } from "react";
import { useTranslation } from "react-i18next";
import type { Language, Me } from "../../api/types";
import type { Services } from "../../compose";
import type { PhoneSnapshot } from "../../phone/types";
import { useStore } from "./use-store";

const Context = createContext<Services | null>(null);

export function ServicesProvider({ value, children }: { value: Services; children: ReactNode }) {
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useServices(): Services {
  const services = useContext(Context);
  if (!services) throw new Error("outside of ServicesProvider");
  return services;
}

export function usePhone(): PhoneSnapshot {
  return useStore(useServices().phone);
}

const WhoContext = createContext<Me | null>(null);

export function MeProvider({ value, children }: { value: Me; children: ReactNode }) {
  return <WhoContext.Provider value={value}>{children}</WhoContext.Provider>;
}

/** Who is signed in; only inside `MeProvider`. */
export function useMe(): Me {
  const me = useContext(WhoContext);
  if (!me) throw new Error("outside of MeProvider");
  return me;
}

export function useLanguage(): Language {
  return useTranslation().i18n.language === "en" ? "en" : "de";
}
