/** What every page that the server draws carries: the design, and a menu that closes. */
import "./tokens.css";
import "./ui.css";
import "./menu";
