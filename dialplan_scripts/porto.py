"""Águas da Ribeira, Porto: the same reception for another city, two flows, another language and clock."""

from dialplan_scripts.centre import ANY_NUMBER, reception
from fsbridge import App, FixedCentre, example

app = App("porto", centre=FixedCentre(lambda: example("porto").plan))
app.route(ANY_NUMBER)(reception)
