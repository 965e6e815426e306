// Fedify needs Temporal, which Node 24 does not bring yet. Imported before everything else.
import { Temporal } from "@js-temporal/polyfill";

globalThis.Temporal ??= Temporal;
