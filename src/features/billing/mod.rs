//! Billing: what people pay, what they got back, and what the gateway says about it.
