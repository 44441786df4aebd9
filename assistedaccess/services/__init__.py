"""Services that can be applied for: their catalogue, and the engine that runs their forms.

A form is a definition in the JSON format of the X-Gov digital form builder. The engine is pure:
parsing (definition), conditions, journey, components, pages; ``page_form`` alone binds it to
WTForms and the GOV.UK macros.
"""
