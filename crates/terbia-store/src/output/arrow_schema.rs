//! How do readers of Arrow learn the unit and meaning of a Parquet column?
//!
//! They look for the key `ARROW:schema` in the footer: an Arrow IPC message, in base64, that holds
//! the schema with the metadata of each field. Only strings, unsigned and floating point numbers
//! are needed here, so the message is built by hand rather than with the Arrow crates.

use base64::Engine;
use flatbuffers::{FlatBufferBuilder, TableFinishedWIPOffset, VOffsetT, WIPOffset};

/// Type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Whole number, 32 bits, never negative.
    Whole,
    /// Text.
    Text,
    /// Double.
    Double,
    /// Floating point number of 32 bits.
    Single,
}

/// A column as Arrow sees it.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Name.
    pub(super) name: String,
    /// Type.
    pub(super) kind: Kind,
    /// Whether a value may be absent.
    pub(super) nullable: bool,
    /// Unit.
    pub(super) unit: String,
    /// Meaning.
    pub(super) description: String,
}

type Offset = WIPOffset<TableFinishedWIPOffset>;

/// Place of the field `n` of a table in its vtable.
const fn slot(n: VOffsetT) -> VOffsetT {
    4 + 2 * n
}

// Numbers of Arrow's Schema.fbs and Message.fbs.
const METADATA_V5: i16 = 4;
const HEADER_SCHEMA: u8 = 1;
const TYPE_INT: u8 = 2;
const TYPE_FLOATING_POINT: u8 = 3;
const TYPE_UTF8: u8 = 5;
const PRECISION_SINGLE: i16 = 1;
const PRECISION_DOUBLE: i16 = 2;

fn pair(fbb: &mut FlatBufferBuilder<'_>, key: &str, value: &str) -> Offset {
    let key = fbb.create_shared_string(key);
    let value = fbb.create_string(value);
    let table = fbb.start_table();
    fbb.push_slot_always(slot(0), key);
    fbb.push_slot_always(slot(1), value);
    fbb.end_table(table)
}

fn kind(fbb: &mut FlatBufferBuilder<'_>, kind: Kind) -> (u8, Offset) {
    let table = fbb.start_table();
    let tag = match kind {
        Kind::Whole => {
            fbb.push_slot_always(slot(0), 32_i32);
            fbb.push_slot_always(slot(1), false);
            TYPE_INT
        }
        Kind::Text => TYPE_UTF8,
        Kind::Double => {
            fbb.push_slot_always(slot(0), PRECISION_DOUBLE);
            TYPE_FLOATING_POINT
        }
        Kind::Single => {
            fbb.push_slot_always(slot(0), PRECISION_SINGLE);
            TYPE_FLOATING_POINT
        }
    };
    (tag, fbb.end_table(table))
}

fn field(fbb: &mut FlatBufferBuilder<'_>, field: &Field) -> Offset {
    let metadata = [pair(fbb, "unit", &field.unit), pair(fbb, "description", &field.description)];
    let metadata = fbb.create_vector(&metadata);
    let children = fbb.create_vector::<Offset>(&[]);
    let name = fbb.create_string(&field.name);
    let (tag, kind) = kind(fbb, field.kind);
    let table = fbb.start_table();
    fbb.push_slot_always(slot(0), name);
    fbb.push_slot_always(slot(1), field.nullable);
    fbb.push_slot_always(slot(2), tag);
    fbb.push_slot_always(slot(3), kind);
    fbb.push_slot_always(slot(5), children);
    fbb.push_slot_always(slot(6), metadata);
    fbb.end_table(table)
}

/// The value of the key `ARROW:schema` for a table with these `fields`.
pub(super) fn encode(fields: &[Field]) -> String {
    let mut fbb = FlatBufferBuilder::new();
    let fields: Vec<_> = fields.iter().map(|f| field(&mut fbb, f)).collect();
    let fields = fbb.create_vector(&fields);
    let table = fbb.start_table();
    fbb.push_slot_always(slot(0), 0_i16); // little-endian
    fbb.push_slot_always(slot(1), fields);
    let schema = fbb.end_table(table);
    let table = fbb.start_table();
    fbb.push_slot_always(slot(0), METADATA_V5);
    fbb.push_slot_always(slot(1), HEADER_SCHEMA);
    fbb.push_slot_always(slot(2), schema);
    fbb.push_slot_always(slot(3), 0_i64); // no body
    let message = fbb.end_table(table);
    fbb.finish_minimal(message);
    let message = fbb.finished_data();

    let padding = message.len().next_multiple_of(8) - message.len();
    let length = (message.len() + padding) as u32;
    let mut bytes = vec![0xff; 4];
    bytes.extend(length.to_le_bytes());
    bytes.extend(message);
    bytes.extend(&[0; 8][..padding]);
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected text was read by Arrow's own implementation (pyarrow 26), which found in it
    /// `run: uint32 not null`, `when: string`, `ore_t: double not null`, and their metadata.
    #[test]
    fn the_message_is_the_one_that_arrow_reads() {
        let field = |name: &str, kind, nullable, unit: &str| Field {
            name: name.into(),
            kind,
            nullable,
            unit: unit.into(),
            description: format!("About {name}."),
        };
        let text = encode(&[
            field("run", Kind::Whole, false, "1"),
            field("when", Kind::Text, true, "YYYY-MM"),
            field("ore_t", Kind::Double, false, "t gross"),
        ]);
        assert_eq!(text, EXPECTED);
    }

    const EXPECTED: &str = "\
        //////gBAAAUAAAAAAAAAAwAFAASABEADAAEAAwAAAAAAAAAAAAAABAAAAAAAQQACAAMAAoABAAIAAAACAAAAAAA\
        AAADAAAAIAEAAJgAAAAYAAAAAAASABoAFAATABIADAAAAAgABAASAAAANAAAACwAAAAUAAAAAAADABQAAAAAAAYA\
        CAAGAAYAAAAAAAIABQAAAG9yZV90AAAAAAAAAAIAAAAoAAAABAAAANT+//8IAAAAFAEAAAwAAABBYm91dCBvcmVf\
        dC4AAAAA9P7//wgAAAAgAQAABwAAAHQgZ3Jvc3MAjv///ywAAAAkAAAAEAAAAAAABQEMAAAABAAEAAQAAAAEAAAA\
        d2hlbgAAAAAAAAAAAgAAACQAAAAEAAAASP///wgAAACgAAAACwAAAEFib3V0IHdoZW4uAGT///8IAAAAsAAAAAcA\
        AABZWVlZLU1NAAAAEgAYABQAEwASAAwAAAAIAAQAEgAAADQAAAAsAAAAFAAAAAAAAgAYAAAACAAMAAgABwAIAAAA\
        AAAAACAAAAADAAAAcnVuAAAAAAACAAAAPAAAAAQAAADU////CAAAABQAAAAKAAAAQWJvdXQgcnVuLgAACwAAAGRl\
        c2NyaXB0aW9uAAgADAAIAAQACAAAAAgAAAAMAAAAAQAAADEAAAAEAAAAdW5pdAAAAAA=";
}
