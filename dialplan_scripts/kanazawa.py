"""金沢市企業局: the reception of `centre.py` on this customer's data, as they ship with the project.

`fsbridge run` puts the plan in the database in their place as soon as there is one (`fsbridge init`).
"""

from dialplan_scripts.centre import ANY_NUMBER, reception
from fsbridge import App, FixedCentre, example

app = App("kanazawa", centre=FixedCentre(lambda: example("kanazawa").plan))
app.route(ANY_NUMBER)(reception)
