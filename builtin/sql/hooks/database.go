package hooks

import (
	"database/sql"
	"sync/atomic"
	"weak"
)

// A database is what the hooks know of a sql.DB.
type database struct {
	db      weak.Pointer[sql.DB]
	target  atomic.Pointer[target]
	idle    atomic.Int64    // what SetMaxIdleConns was told last; 0 is the default
	pending atomic.Int64    // calls that are waiting for a connection
	conn    func(*sql.Conn) // what Conn returns, made once
}

// unknown is what is known of a database of which nothing is.
var unknown = newTarget(description{system: otherSQL}, "")

// described returns what the database is, also if d is nil.
func (d *database) described() *target {
	if d == nil {
		return unknown
	}
	return d.target.Load()
}

// databaseOf returns what is known of db. That of one which was opened before this package
// was initialised, or is no longer the aspect's to see, is found out here.
func databaseOf(db *sql.DB) *database {
	if db == nil {
		return nil
	}
	if d, ok := dbSlot.load(db).(*database); ok {
		return d
	}
	d := &database{db: weak.Make(db)}
	d.conn = func(c *sql.Conn) {
		if c != nil {
			connSlot.of(c).Store(d)
		}
	}
	var found description
	if c := dbConnector.of(db); c != nil {
		found = describe(*c, "", "")
	} else {
		found = description{system: otherSQL}
	}
	d.target.Store(newTarget(found, ""))
	if slot := dbSlot.of(db); !slot.CompareAndSwap(nil, d) {
		return slot.Load().(*database)
	}
	if !found.foreign {
		open.add(d, found)
	}
	return d
}

// databaseOfConn returns what is known of the database of c: nothing, if c was made before
// this package was initialised. Unlike the database in a transaction or a statement, that
// in a connection is not there to read: Close, which may run at the same time, clears it.
func databaseOfConn(c *sql.Conn) *database {
	d, _ := connSlot.load(c).(*database)
	return d
}

func databaseOfTx(tx *sql.Tx) *database {
	if db := txDB.of(tx); db != nil {
		return databaseOf(*db)
	}
	return nil
}

func databaseOfStmt(s *sql.Stmt) (d *database, query string) {
	if db := stmtDB.of(s); db != nil {
		d = databaseOf(*db)
	}
	if q := stmtQuery.of(s); q != nil {
		query = *q
	}
	return d, query
}

// Open is for sql.Open, which has the data source name. The database has been through
// [OpenDB] then, but that knows the driver at most.
func Open(driverName, dataSourceName string) func(*sql.DB, error) {
	if !on {
		return nil
	}
	return func(db *sql.DB, err error) {
		if db == nil || err != nil {
			return
		}
		if c := dbConnector.of(db); c != nil {
			found := describe(*c, driverName, dataSourceName)
			open.describe(databaseOf(db), found)
		}
	}
}

// OpenDB is for sql.OpenDB, through which every database is made.
func OpenDB() func(*sql.DB) {
	if !on {
		return nil
	}
	return func(db *sql.DB) { databaseOf(db) }
}

// Conn is for (*sql.DB).Conn: the connection knows its database, also if there is nobody
// to tell yet.
func Conn(db *sql.DB) func(*sql.Conn) {
	if !on {
		return nil
	}
	if d := databaseOf(db); d != nil {
		return d.conn
	}
	return nil
}
