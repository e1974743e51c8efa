define dso_local i32 @queue_put(ptr noundef %v0, i64 %v1) local_unnamed_addr nounwind uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
v2:
  %v3 = trunc i64 %v1 to i32
  %v4 = lshr i64 %v1, 32
  %v5 = trunc nuw i64 %v4 to i32
  %v6 = getelementptr inbounds i8, ptr %v0, i64 616
  %x95 = load i64, ptr %v6, align 8
  %x96 = add i64 %x95, 1
  store i64 %x96, ptr %v6, align 8
  %v8 = tail call i32 @pthread_mutex_lock(ptr noundef %v0) nounwind
  %v9 = icmp eq i32 %v8, 0
  br i1 %v9, label %v10, label %v61

v10:                                               ; preds = %v2
  %v11 = getelementptr inbounds i8, ptr %v0, i64 612
  %v12 = load i32, ptr %v11, align 4
  %v13 = icmp eq i32 %v12, 0
  br i1 %v13, label %v14, label %v58

v14:                                               ; preds = %v10
  %v15 = getelementptr inbounds i8, ptr %v0, i64 600
  %v16 = load i32, ptr %v15, align 8
  %v17 = icmp eq i32 %v16, 64
  br i1 %v17, label %v23, label %v18

v18:                                               ; preds = %v14
  %v19 = getelementptr inbounds i8, ptr %v0, i64 88
  %v20 = icmp eq i32 %v16, 0
  br i1 %v20, label %v43, label %v21

v21:                                               ; preds = %v18
  %v22 = zext i32 %v16 to i64
  br label %v27

v23:                                               ; preds = %v14
  %v24 = getelementptr inbounds i8, ptr %v0, i64 608
  %v25 = load i32, ptr %v24, align 8
  %v26 = add i32 %v25, 1
  store i32 %v26, ptr %v24, align 8
  br label %v58

v27:                                               ; preds = %v21, %v35
  %v28 = phi i64 [ %v22, %v21 ], [ %v29, %v35 ]
  %v29 = add nsw i64 %v28, -1
  %v30 = and i64 %v29, 4294967295
  %v31 = getelementptr inbounds [64 x %struct.job], ptr %v19, i64 0, i64 %v30
  %v32 = getelementptr inbounds i8, ptr %v31, i64 4
  %v33 = load i32, ptr %v32, align 4
  %v34 = icmp slt i32 %v33, %v5
  br i1 %v34, label %v40, label %v35

v35:                                               ; preds = %v27
  %v36 = getelementptr inbounds [64 x %struct.job], ptr %v19, i64 0, i64 %v28
  %v37 = load i64, ptr %v31, align 8
  store i64 %v37, ptr %v36, align 8
  %v38 = and i64 %v29, 4294967295
  %v39 = icmp eq i64 %v38, 0
  br i1 %v39, label %v40, label %v27

v40:                                               ; preds = %v35, %v27
  %v41 = phi i64 [ %v28, %v27 ], [ 0, %v35 ]
  %v42 = and i64 %v41, 4294967295
  br label %v43

v43:                                               ; preds = %v40, %v18
  %v44 = phi i64 [ 0, %v18 ], [ %v42, %v40 ]
  %v45 = getelementptr inbounds [64 x %struct.job], ptr %v19, i64 0, i64 %v44
  store i32 %v3, ptr %v45, align 8
  %v46 = getelementptr inbounds i8, ptr %v45, i64 4
  store i32 %v5, ptr %v46, align 4
  %v47 = load i32, ptr %v15, align 8
  %v48 = add i32 %v47, 1
  store i32 %v48, ptr %v15, align 8
  %v49 = getelementptr inbounds i8, ptr %v0, i64 604
  %v50 = load i32, ptr %v49, align 4
  %v51 = icmp ugt i32 %v48, %v50
  br i1 %v51, label %v52, label %v53

v52:                                               ; preds = %v43
  store i32 %v48, ptr %v49, align 4
  br label %v53

v53:                                               ; preds = %v52, %v43
  %v54 = icmp eq i32 %v47, 0
  br i1 %v54, label %v55, label %v58

v55:                                               ; preds = %v53
  %v56 = getelementptr inbounds i8, ptr %v0, i64 40
  %v57 = tail call i32 @pthread_cond_signal(ptr noundef nonnull %v56) nounwind
  br label %v58

v58:                                               ; preds = %v53, %v55, %v10, %v23
  %v59 = phi i32 [ 11, %v23 ], [ 32, %v10 ], [ 0, %v55 ], [ 0, %v53 ]
  %v60 = tail call i32 @pthread_mutex_unlock(ptr noundef nonnull %v0) nounwind
  br label %v61

v61:                                               ; preds = %v2, %v58
  %v62 = phi i32 [ %v59, %v58 ], [ %v8, %v2 ]
  ret i32 %v62
}
; verdict: refuted: counts what was offered without an atomic access: threads lose counts
