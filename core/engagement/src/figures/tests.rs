use super::*;
use model::activity::FindingRow;

fn figure(adds: Adds, rows: &[&[u32]]) -> Figure {
    let row =
        |cells: &&[u32]| FindingRow { label: String::new(), cells: cells.iter().map(|n| Cell::Count(*n)).collect() };
    Figure {
        caption: String::new(),
        look: Look::Table,
        adds,
        columns: rows.first().map_or(Vec::new(), |row| vec![String::new(); row.len()]),
        rows: rows.iter().map(row).collect(),
    }
}

/// What a reader sees: numbers, `<` for too few, `-` for withheld, `.` for a sum that is not told.
fn seen(adds: Adds, rows: &[&[u32]]) -> Vec<String> {
    let public = Gate::new(5).figure(figure(adds, rows));
    let count = |count: PublicCount| count.known().map_or("<".to_owned(), |n| n.to_string());
    let cell = |cell: &PublicCell| match cell {
        PublicCell::Count(told) => count(*told),
        PublicCell::Withheld => "-".to_owned(),
        other => panic!("{other:?}"),
    };
    let sum = |sum: Option<PublicCount>| sum.map_or(".".to_owned(), count);
    let mut lines: Vec<String> = public
        .rows
        .iter()
        .map(|row| {
            let mut line: Vec<String> = row.cells.iter().map(cell).collect();
            if adds.across() {
                line.push(sum(row.total));
            }
            line.join(" ")
        })
        .collect();
    if let Some(totals) = public.totals {
        let mut line: Vec<String> = totals.columns.into_iter().map(sum).collect();
        if adds == Adds::Both {
            line.push(sum(totals.all));
        }
        lines.push(line.join(" "));
    }
    lines
}

#[test]
fn a_small_cell_is_hidden_and_so_is_the_one_that_would_give_it_away() {
    assert_eq!(seen(Adds::Down, &[&[40], &[3], &[20]]), ["40", "<", "-", "63"]);
    assert_eq!(seen(Adds::Across, &[&[40, 3, 20]]), ["40 < - 63"]);
}

#[test]
fn where_people_chose_several_there_is_no_sum_to_subtract_from() {
    assert_eq!(seen(Adds::Nothing, &[&[40], &[3], &[20]]), ["40", "<", "20"]);
}

#[test]
fn two_small_cells_that_are_small_together_hide_a_third() {
    assert_eq!(seen(Adds::Down, &[&[40], &[1], &[1], &[20]]), ["40", "<", "<", "-", "62"]);
    assert_eq!(seen(Adds::Down, &[&[40], &[4], &[4]]), ["40", "<", "<", "48"]);
}

#[test]
fn nothing_small_hides_nothing() {
    assert_eq!(seen(Adds::Both, &[&[10, 20], &[30, 40]]), ["10 20 30", "30 40 70", "40 60 100"]);
}

#[test]
fn a_sum_that_is_small_itself_is_hidden_with_all_its_parts() {
    assert_eq!(seen(Adds::Down, &[&[2], &[1]]), ["<", "<", "<"]);
    assert_eq!(seen(Adds::Down, &[&[0], &[0]]), ["<", "<", "<"]);
}

#[test]
fn averages_over_few_are_not_told() {
    let mut few = figure(Adds::Nothing, &[&[0]]);
    few.rows[0].cells = vec![Cell::Average { value: 4.5, people: 4 }];
    let told = Gate::new(5).figure(few).rows.remove(0).cells.remove(0);
    assert_eq!(told, PublicCell::Average(None, PublicCount::FewerThan(5)));
}

/// Somebody who subtracts what is shown from the sums, again and again, learns no hidden cell and no small group.
#[test]
fn nobody_gets_a_hidden_cell_by_subtraction() {
    let mut state = 1_u32;
    let mut dice = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    for _ in 0..3000 {
        let (height, width) = (dice(5) as usize + 1, dice(5) as usize + 1);
        let below = [3, 8, 30][dice(3) as usize];
        let rows: Vec<Vec<u32>> = (0..height).map(|_| (0..width).map(|_| dice(below)).collect()).collect();
        let slices: Vec<&[u32]> = rows.iter().map(Vec::as_slice).collect();
        let counts = Counts::of(&figure(Adds::Both, &slices), Gate::new(5));
        let sum_of = |cells: &[(usize, usize)]| cells.iter().map(|at| counts.cells[at].0).sum::<u64>();
        let rows = (0..=height).map(|r| ((r, width), (0..width).map(|c| (r, c)).collect::<Vec<_>>()));
        let columns = (0..=width).map(|c| ((height, c), (0..height).map(|r| (r, c)).collect::<Vec<_>>()));
        for (sum, line) in rows.chain(columns) {
            let hidden: Vec<_> = line.iter().copied().filter(|at| counts.hides(at.0, at.1)).collect();
            let told = !counts.hides(sum.0, sum.1);
            assert!(!told || hidden.is_empty() || (hidden.len() > 1 && sum_of(&hidden) >= 5), "{slices:?}");
        }
    }
}
