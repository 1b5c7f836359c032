//! Sign-in: nobody gets in who should not, and nobody stays in who has left.
mod code;
mod leaving;
mod link;
mod password;
mod session;
