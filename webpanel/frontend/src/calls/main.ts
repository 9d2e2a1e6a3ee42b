/** The call history: the server draws it; here a recording gets its waveform and its keys. */
import "../shared/main";
import "./calls.css";
import "./call.css";
import { mount } from "./player";

for (const place of document.querySelectorAll<HTMLElement>(".player")) mount(place);
