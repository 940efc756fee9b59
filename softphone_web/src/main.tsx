import "@fontsource-variable/figtree/wght.css";
import "./ui/shared/base.css";
import "./ui/shared/mantine.css";
import "./ui/shared/tokens.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { compose } from "./compose";
import { startI18n } from "./i18n";
import { registerWorker } from "./push/push";
import { App } from "./ui/app";
import { LastResort } from "./ui/shared/last-resort";
import { ServicesProvider } from "./ui/shared/services";
import { theme } from "./ui/shared/theme";

startI18n();
const services = compose();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <MantineProvider
    theme={theme}
    defaultColorScheme="auto"
    withCssVariables={false}
    withGlobalClasses={false}
  >
    <QueryClientProvider client={services.queries}>
      <ServicesProvider value={services}>
        <LastResort>
          <App />
        </LastResort>
      </ServicesProvider>
    </QueryClientProvider>
  </MantineProvider>,
);
void registerWorker();
