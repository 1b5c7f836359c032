mod cluster;
mod jobs;
