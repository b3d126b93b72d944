"""Rehearsals: what a day of traffic costs, and how many requests it loses, under several policies.

The endpoint is modelled, request for request in number but not one by one; what scales it is real:
the stack's own workflows and handlers, alarms and target tracking, in the sandbox's virtual time.
"""
