//! Jobs happen after the commit, once, whatever dies in between.
mod collector;
mod crash;
mod desk;
mod half_open;
mod inbox;
mod pages;
mod queue;
mod schedule;
mod stop;
mod support;
mod trouble;
mod zombie;
