//! Every test that needs more than one function of Backlot, in one program so that they share one database server.

mod cluster;
