/** The figures: the server draws them; here charts are read by keyboard and pointer, and files come with a word. */
import "../shared/main";
import "./reports.css";
import { framed } from "./frame";
import { making } from "./making";
import { plot } from "./plot";

for (const one of document.querySelectorAll<HTMLElement>("[data-plot]")) plot(one);
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-making]")) making(form);
framed();
