mod costs;
mod damage;
mod disk;
mod file;
mod full_disk;
mod life;
mod power_cut;
mod rows;
